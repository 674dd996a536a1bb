import { ProblemError } from '../../chat/api/problem';
import type { ConsoleApi } from '../api/api';
import type { Option, PolicySetItem } from '../api/contracts';
import { Nodes, nodesPath } from './nodes.svelte';
import { clusterPath, Sheet } from './sheet.svelte';

/** What the console knows: who is signed in, which sheets there are, which one is open, or whether the nodes are. */
export class Console {
  phase = $state<'starting' | 'unreachable' | 'signedOut' | 'signedIn'>('starting');
  /** Whether a session ended by itself: what was changed is kept for when it goes on. */
  wasSignedIn = $state(false);
  options = $state.raw<readonly Option[]>([]);
  policySets = $state.raw<readonly PolicySetItem[]>([]);
  open = $state.raw<Sheet>();
  readonly nodes: Nodes;
  /** Whether the nodes are looked at instead of a sheet. */
  isAtNodes = $state(false);
  /** Why the open one could not be read. */
  problem = $state.raw<unknown>();

  private path = clusterPath;
  private sheets = $state.raw<ReadonlyMap<string, Sheet>>(new Map());

  constructor(private readonly api: ConsoleApi) {
    this.nodes = new Nodes(api, (work) => this.run(work));
  }

  get hasChanges(): boolean {
    return [...this.sheets.values()].some((sheet) => sheet.changed.length > 0);
  }

  changesOf(path: string): number {
    return this.sheets.get(path)?.changed.length ?? 0;
  }

  async start(): Promise<void> {
    try {
      const [options, policySets] = await Promise.all([this.api.options(), this.api.policySets()]);
      this.options = options;
      this.policySets = policySets;
      this.phase = 'signedIn';
      this.wasSignedIn = true;
      await this.go(this.path);
    } catch (e) {
      if (!this.ended(e)) this.phase = 'unreachable';
    }
  }

  async signIn(username: string, password: string): Promise<void> {
    await this.api.signIn(username, password);
    await this.start();
  }

  async signOut(): Promise<void> {
    await this.run(() => this.api.signOut());
    this.sheets = new Map();
    this.open = undefined;
    this.wasSignedIn = false;
    this.phase = 'signedOut';
  }

  /** Opens the sheet of this path, or the nodes; the sheet of the cluster where there is none. */
  async go(path: string): Promise<void> {
    this.path = path || clusterPath;
    if (this.phase !== 'signedIn') return;
    const [first, node] = this.path.split('/');
    this.isAtNodes = first === nodesPath;
    if (this.isAtNodes) {
      this.open = undefined;
      this.nodes.choose(node);
      return;
    }

    const known = this.path === clusterPath || this.policySets.some((set) => pathOf(set) === this.path);
    const sheet = this.sheetOf(known ? this.path : clusterPath);
    this.open = sheet;
    this.problem = undefined;
    try {
      await this.run(() => sheet.load());
    } catch (e) {
      this.problem = e;
    }
  }

  /** Where the session is over it asks to sign in again. */
  async run<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (e) {
      if (this.ended(e)) return undefined;
      throw e;
    }
  }

  private ended(error: unknown): boolean {
    if (!(error instanceof ProblemError) || error.code !== 'no-session') return false;
    this.phase = 'signedOut';
    return true;
  }

  private sheetOf(path: string): Sheet {
    const found = this.sheets.get(path) ?? new Sheet(this.api, path, this.options);
    this.sheets = new Map(this.sheets).set(path, found);
    return found;
  }
}

export const pathOf = (set: PolicySetItem): string => `policy-sets/${set.key}`;
