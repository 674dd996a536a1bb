import type { ConsoleApi } from '../api/api';
import type { NodeItem, NodeSettings } from '../api/contracts';

export const nodesPath = 'nodes';

/** Milliseconds from one look to the next. */
export const pause = 3_000;

export const pathOfNode = (name: string): string => `${nodesPath}/${name}`;

/** What the nodes have in force beside what is asked of them: read again and again while somebody looks. */
export class Nodes {
  list = $state.raw<readonly NodeItem[]>();
  /** The name of the one that is looked at. */
  chosen = $state<string>();
  /** The one that was looked at before. */
  left: string | undefined;
  settings = $state.raw<NodeSettings>();
  /** Why the last look failed: what is shown is then of the one before. */
  problem = $state.raw<unknown>();
  /** When what is shown was read. */
  readAt = $state.raw<string>();
  /** When it was tried last: ages are told by it. */
  now = $state(Date.now());

  readonly node: NodeItem | undefined = $derived(this.list?.find((node) => node.name === this.chosen));

  constructor(
    private readonly api: ConsoleApi,
    private readonly run: <T>(work: () => Promise<T>) => Promise<T | undefined>,
  ) {}

  /** Looks at one node; at all of them where it has no name. */
  choose(name: string | undefined): void {
    this.left = this.chosen;
    this.chosen = name;
    this.settings = undefined;
    this.problem = undefined;
  }

  async refresh(): Promise<void> {
    const name = this.chosen;
    try {
      const read = await this.run(() => Promise.all([this.api.nodes(), name === undefined ? undefined : this.api.nodeSettings(name)]));
      if (!read || name !== this.chosen) return;
      [this.list, this.settings] = read;
      this.problem = undefined;
      this.readAt = new Date().toISOString();
    } catch (e) {
      if (name === this.chosen) this.problem = e;
    } finally {
      this.now = Date.now();
    }
  }

  /** Reads now, and from then on every few seconds while the page is seen, until what it returns is called. */
  watch(page: Pick<Document, 'hidden' | 'addEventListener' | 'removeEventListener'>): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    let isReading = false;
    const look = async () => {
      clearTimeout(timer);
      if (isOver || isReading || page.hidden) return;
      isReading = true;
      await this.refresh();
      isReading = false;
      if (!isOver) timer = setTimeout(look, pause);
    };
    page.addEventListener('visibilitychange', look);
    void look();
    return () => {
      isOver = true;
      clearTimeout(timer);
      page.removeEventListener('visibilitychange', look);
    };
  }
}
