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
