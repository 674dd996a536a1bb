/** What an option may be; the catalogue says which. */
export type Value = string | number | boolean | readonly string[];

export type Values = Readonly<Record<string, Value>>;

/** New values by key; null returns to the inherited one. */
export type Edits = Readonly<Record<string, Value | null>>;

/** An option of the catalogue. */
export interface Option {
  key: string;
  type: 'flag' | 'number' | 'text' | 'choice' | 'list';
  unit?: string | null;
  default: Value;
  minimum?: number | null;
  maximum?: number | null;
  choices?: readonly string[] | null;
  /** Whether the local file of a node may say another value. */
  byNode: boolean;
  english: string;
  french: string;
}

export interface PolicySetItem {
  key: string;
  prefix: string;
  revision: number;
}

/** What the cluster or a policy set says. */
export interface SheetDocument {
  revision: number;
  options: Values;
  effective: Values;
}

/** A document and the tag to save it with. */
export interface Tagged {
  document: SheetDocument;
  etag: string;
}

/** Null or absent is the inherited value. */
export interface Change {
  from?: unknown;
  to?: unknown;
}

export type Changes = Readonly<Record<string, Change>>;

export interface Revision {
  revision: number;
  savedAt: string;
  author: string;
  comment: string;
  restoredFrom?: number | null;
  changes: Changes;
}

/** What others made of a sheet meanwhile, as the answer 412 tells. */
export interface Conflict {
  revision: number;
  author: string;
  savedAt: string;
  changes: Changes;
}

/** What a change would do. */
export interface Impact {
  policySets: readonly { key: string }[];
  nodes: readonly { name: string; alive: boolean; keeps: readonly string[] }[];
  people: { connected: number; atHome: number };
  over: readonly { option: string; policySet: string; value: number; what: string; count: number; highest: number }[];
}

export interface SettingsState {
  revision?: number | null;
  eTag: string;
}

/** A node, with the settings that it applies beside those that are asked of it. */
export interface NodeItem {
  name: string;
  policySet: string;
  region?: string | null;
  version?: string | null;
  alive: boolean;
  draining: boolean;
  drainRequestedAt?: string | null;
  heardAt?: string | null;
  sessions?: number | null;
  requested?: SettingsState | null;
  applied?: SettingsState | null;
  /** Why it does not apply the newest ones. */
  refused?: string | null;
  upToDate: boolean;
}

/** What one node does with its settings; what it has told is absent where it never did. */
export interface NodeSettings {
  name: string;
  policySet: string;
  requestedOptions: Values;
  locked: readonly string[];
  effective?: Values | null;
  differences: readonly { key: string; requested?: Value | null; effective?: Value | null; source: 'localFile' | 'refused' | 'unknown' | 'pending'; because: string }[];
  /** Keys of its local file that are not in force, and why. */
  notApplied?: Readonly<Record<string, string>> | null;
  /** Keys that it was sent and does not know. */
  unknown?: readonly string[] | null;
}
