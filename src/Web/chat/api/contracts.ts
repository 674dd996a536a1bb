// The public contract, as far as this page uses it. Members that a server adds later are passed over.

export interface User {
  id: string;
  username: string;
  displayName: string;
}

export interface List<T> {
  items: T[];
  next?: string;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: Record<string, string[]>;
  limit?: { option: string; value: number };
  /** Of `use-instead`: the address to go to. */
  url?: string;
}

/** The options of the policy set that clients are told; one that is absent is not known. */
export interface Options {
  'accounts.registration'?: 'open' | 'closed';
  'accounts.usernameMinLength'?: number;
  'accounts.passwordMinLength'?: number;
  'accounts.passwordNeedsDigitAndLetter'?: boolean;
  'accounts.passwordNeedsUpperAndLower'?: boolean;
  'accounts.passwordNeedsSpecial'?: boolean;
  'contacts.max'?: number;
  'contacts.allowHiddenFrom'?: boolean;
  'contacts.allowAlias'?: boolean;
  'contacts.managedByUser'?: boolean;
  'directory.browse'?: boolean;
  'presence.allowHidden'?: boolean;
  'presence.onlineReasons'?: string[];
  'presence.awayReasons'?: string[];
  'presence.busyReasons'?: string[];
  'presence.doNotDisturbReasons'?: string[];
  'presence.awayAfterMinutes'?: number;
  'profile.allowChange'?: boolean;
  'messages.maxLength'?: number;
  'messages.editSeconds'?: number;
  'messages.removeSeconds'?: number;
  'conferences.enabled'?: boolean;
  'conferences.maxMembers'?: number;
  'look.title'?: string;
  'look.link'?: string;
  'look.banner'?: string;
  'look.color'?: string;
  'look.allowThemes'?: boolean;
  'look.allowPreferences'?: boolean;
  'look.language'?: 'auto' | 'en' | 'fr';
  'look.helpEmail'?: string;
  'look.helpPhone'?: string;
  'look.register'?: string;
  'look.forgotPassword'?: string;
  'look.changePassword'?: string;
}

/** Those that are on or off. */
export type Flag = { [K in keyof Options]-?: NonNullable<Options[K]> extends boolean ? K : never }[keyof Options];

export interface SignedIn {
  expiresAt: string;
  created: boolean;
  user: User;
  node: string;
  policySet: string;
  cursor: string;
  options: Options;
  /** What this session shows of the person; not told by older servers. */
  status?: { status: Status; reason?: string };
  /** Nothing may be done but changing the password and signing out. */
  passwordExpired?: boolean;
}

export type Status = 'online' | 'away' | 'busy' | 'doNotDisturb' | 'hidden' | 'offline';

export type ContactState = 'requested' | 'pending' | 'accepted' | 'blocked';

export interface Contact {
  user: User;
  state: ContactState;
  status: Status;
  text?: string;
  alias?: string;
  label?: string;
  /** I appear offline to them. */
  hiddenFrom?: boolean;
}

export interface Person {
  user: User;
  status?: Status;
}

export interface Message {
  seq: number;
  kind: string;
  from: string;
  text?: string;
  sentAt: string;
  clientId?: string;
  editedAt?: string;
}

export interface Conversation {
  id: string;
  kind: string;
  title?: string;
  /** Of a conference: who may remove others. */
  createdBy?: string;
  members: User[];
  /** Who left since it began for me: they wrote some of what is there. */
  formerMembers?: User[];
  firstSeq: number;
  lastSeq: number;
  readSeq: number;
  last?: Message;
}

export interface Sent {
  conversationId: string;
  seq: number;
  sentAt: string;
}

export interface Device {
  id: string;
  createdAt: string;
  lastSeenAt: string;
  expiresAt: string;
  current: boolean;
  client: { kind?: string; name?: string; version?: string };
}

export interface PresenceItem {
  userId: string;
  status: Status;
  reason?: string;
}
