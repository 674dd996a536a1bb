import { plural } from '../../chat/texts/plural';

const count = (n: number, one: string, other: string) => plural('en', n, { one: `1 ${one}`, other: `${n} ${other}` });

/** Every text of the console in English: the keys that the other languages must have. What an option means comes from the catalogue. */
export const en = {
  app: 'IntraMessenger console',
  loading: 'Loading…',
  close: 'Close',
  retry: 'Try again',

  signIn: 'Sign in',
  signInLead: 'For administrators.',
  signedOut: 'Your session is over. Sign in to go on; what you changed is still here.',
  username: 'Username',
  password: 'Password',
  signOut: 'Sign out',
  language: 'Language',

  sheets: 'Settings',
  cluster: 'Cluster default',
  clusterLead: 'Holds wherever a policy set says nothing else.',
  policySet: (key: string) => `Policy set ${key}`,
  policySetLead: (prefix: string) => `Served under /${prefix}.`,
  revision: (n: number) => `Revision ${n}`,
  search: 'Search options',
  searchHint: 'A key or a word, such as “password”',
  found: (n: number) => count(n, 'option', 'options'),
  nothingFound: 'No option has these words in its key or its meaning.',
  byDefault: (value: string) => `Default: ${value}`,

  own: 'Own value',
  inherited: (value: string) => `Inherited: ${value}`,
  toInherited: (value: string) => `Back to inherited (${value})`,
  setHere: 'Set here',
  changed: 'Changed',
  undo: 'Undo',
  forOption: (what: string, key: string) => `${what}, ${key}`,
  yes: 'yes',
  no: 'no',
  empty: 'empty',
  inheritedValue: 'inherited',
  linesHint: 'One a line.',
  numberRange: (least: string, most: string) => `A whole number from ${least} to ${most}.`,

  changes: (n: number) => count(n, 'change', 'changes'),
  changesHere: (n: number) => count(n, 'change not saved', 'changes not saved'),
  comment: 'Comment',
  commentHint: 'Why, for the history',
  tryOut: 'What would this touch?',
  discard: 'Discard',
  save: 'Save',
  saved: 'Saved. Nodes have it in force within a second.',

  impact: 'If you save this',
  nobody: 'Nothing changes for any node or person.',
  sets: (keys: string) => `Policy sets that get other values: ${keys}.`,
  nodes: (n: number, names: string) => `${count(n, 'node', 'nodes')}: ${names}.`,
  noNodes: 'No node.',
  away: (name: string) => `${name} (not running)`,
  keeps: (name: string, keys: string) => `${name} keeps what its local file says about ${keys}.`,
  people: (connected: number, atHome: number) => `${count(connected, 'person', 'people')} connected; ${atHome} at home there.`,
  over: (option: string, set: string, value: string, what: string, n: number, highest: string) =>
    `Over ${option} = ${value} of ${set}: ${n} (${what}); the highest is ${highest}.`,
  overLead: 'Nobody is thrown out; nobody is admitted until there is room.',
  used: {} as Record<string, string>,

  conflict: (author: string, revision: number, at: string) => `${author} saved revision ${revision} meanwhile (${at}). Yours is not saved.`,
  conflictLead: 'What is different from what you read:',
  takeTheirs: 'Load it and keep my changes',
  alsoYours: 'you changed it too',

  history: 'History',
  showHistory: 'Show the history',
  older: 'Older ones',
  by: (author: string, at: string) => `${author}, ${at}`,
  restoredFrom: (revision: number) => `Restored from revision ${revision}`,
  restore: 'Restore',
  restoreOf: (revision: number) => `Restore revision ${revision}`,
  restored: (revision: number) => `Revision ${revision} is in force again.`,
  current: 'in force',
  noChanges: 'No change of values.',

  networkProblem: 'The server can’t be reached. Check the network and try again.',
  unknownProblem: 'That did not work. Try again.',
  problems: {
    'invalid-credentials': 'The name or the password is wrong.',
    'rate-limited': 'Too many tries. Wait a minute, then try again.',
    busy: 'The server has too much to do at the moment. Try again soon.',
    'store-unavailable': 'The store can’t be reached at the moment. Try again soon.',
    'not-found': 'It is not there any more.',
  } as Record<string, string>,

  sections: {
    accounts: 'Accounts',
    conferences: 'Conferences',
    contacts: 'Contacts',
    directory: 'Directory',
    limits: 'Limits',
    look: 'Look',
    messages: 'Messages',
    permissions: 'Permissions',
    presence: 'Presence',
    profile: 'Profile',
    sessions: 'Sessions',
  } as Record<string, string>,
  /** Only where a unit is not as the catalogue says it. */
  units: {} as Record<string, string>,
};

export type Texts = typeof en;
