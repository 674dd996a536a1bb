import { ProblemError } from '../../chat/api/problem';
import type { ConsoleApi } from '../api/api';
import type { Conflict, Edits, Impact, Option, Revision, Tagged, Value, Values } from '../api/contracts';
import { isWrong, same } from './values';

export const clusterPath = 'cluster-defaults';

/** One form: what the cluster or a policy set says, and what an administrator is about to make of it. */
export class Sheet {
  /** What is saved, as it was read. */
  saved = $state.raw<Tagged>();
  edits = $state.raw<Edits>({});
  comment = $state('');
  /** What the server found wrong, by key. */
  errors = $state.raw<Readonly<Record<string, string>>>({});
  conflict = $state.raw<Conflict>();
  impact = $state.raw<Impact>();
  revisions = $state.raw<readonly Revision[]>();
  hasOlder = $state(false);

  readonly changed: readonly string[] = $derived(Object.keys(this.edits));

  private clusterValues = $state.raw<Values>({});
  private next: string | undefined;

  constructor(
    private readonly api: ConsoleApi,
    readonly path: string,
    private readonly options: readonly Option[],
  ) {}

  /** Reads it. While there are changes what they were made from stays, so that saving tells what others did meanwhile. */
  async load(): Promise<void> {
    const [saved, cluster] = await Promise.all([this.api.sheet(this.path), this.path === clusterPath ? undefined : this.api.sheet(clusterPath)]);
    this.clusterValues = cluster?.document.effective ?? {};
    if (!this.saved || this.changed.length === 0) this.take(saved);
  }

  /** What holds where the sheet is silent. */
  inherited(option: Option): Value {
    return this.clusterValues[option.key] ?? option.default;
  }

  /** Whether it says a value of its own, as it would be saved. */
  isOwn(key: string): boolean {
    return key in this.edits ? this.edits[key] !== null : key in (this.saved?.document.options ?? {});
  }

  value(option: Option): Value {
    const own = option.key in this.edits ? this.edits[option.key] : this.saved?.document.options[option.key];
    return own ?? this.inherited(option);
  }

  /** Those that are not right, as far as this can tell or as the server said. */
  get wrong(): readonly Option[] {
    return this.options.filter((option) => option.key in this.errors || this.isWrongEdit(option));
  }

  get hasWrongEdits(): boolean {
    return this.options.some((option) => this.isWrongEdit(option));
  }

  set(key: string, value: Value): void {
    this.edit({ ...this.edits, [key]: value }, key);
  }

  inherit(key: string): void {
    this.edit({ ...this.edits, [key]: null }, key);
  }

  undo(key: string): void {
    const { [key]: _, ...rest } = this.edits;
    this.edit(rest, key);
  }

  discard(): void {
    this.edits = {};
    this.errors = {};
    this.comment = '';
    this.conflict = undefined;
    this.impact = undefined;
  }

  async tryOut(): Promise<void> {
    const { edits } = this;
    const impact = await this.judged(() => this.api.tryOut(this.path, edits));
    if (edits === this.edits) this.impact = impact;
  }

  /** Whether it is saved. A conflict and what is wrong with values is kept to be shown. */
  async save(): Promise<boolean> {
    const saved = await this.judged(() => this.api.save(this.path, this.saved!.etag, this.edits, this.comment.trim()));
    if (!saved) return false;
    this.comment = '';
    this.take(saved);
    await this.refreshHistory();
    return true;
  }

  /** Takes what others saved, and keeps the own changes to it. */
  async takeTheirs(): Promise<void> {
    this.take(await this.api.sheet(this.path));
    await this.refreshHistory();
  }

  async showHistory(): Promise<void> {
    const first = await this.api.revisions(this.path);
    this.showRevisions(first.items, first.next);
  }

  async showOlder(): Promise<void> {
    const older = await this.api.revisions(this.path, this.next);
    this.showRevisions([...(this.revisions ?? []), ...older.items], older.next);
  }

  async restore(revision: number): Promise<boolean> {
    const saved = await this.judged(() => this.api.restore(this.path, this.saved!.etag, revision));
    if (!saved) return false;
    this.take(saved);
    await this.refreshHistory();
    return true;
  }

  private isWrongEdit(option: Option): boolean {
    return option.key in this.edits && isWrong(option, this.value(option));
  }

  private take(saved: Tagged): void {
    this.saved = saved;
    this.conflict = undefined;
    this.edit(this.edits);
  }

  /** What is as it was saved is no change. */
  private edit(edits: Edits, key?: string): void {
    const said = this.saved?.document.options ?? {};
    this.edits = Object.fromEntries(Object.entries(edits).filter(([key, value]) => (value === null ? key in said : !same(said[key], value))));
    this.impact = undefined;
    const { [key ?? '']: _, ...errors } = this.errors;
    this.errors = key ? errors : {};
  }

  private async judged<T>(work: () => Promise<T>): Promise<T | undefined> {
    this.errors = {};
    try {
      return await work();
    } catch (e) {
      if (!(e instanceof ProblemError) || (e.status !== 412 && e.status !== 422)) throw e;
      if (e.status === 412) this.conflict = e.problem as unknown as Conflict;
      else this.errors = Object.fromEntries(Object.entries(e.problem.errors ?? {}).map(([key, why]) => [key, why[0] ?? '']));
      return undefined;
    }
  }

  private async refreshHistory(): Promise<void> {
    if (this.revisions) await this.showHistory();
  }

  private showRevisions(revisions: readonly Revision[], next: string | undefined): void {
    this.revisions = revisions;
    this.next = next;
    this.hasOlder = next !== undefined && next !== null;
  }
}
