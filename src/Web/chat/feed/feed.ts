import type { Fetch } from '../api/http';
import type { FeedEvent, FeedMode, FeedStatus } from './events';
import type { Outcome } from './outcome';
import { poll } from './poll';
import { firstByteWithin, stream, type Handlers } from './stream';
import { Way } from './way';

const longestDelay = 15_000;
const firstDelay = 500;
/** A stream that lived shorter than this counts as one more failure. */
const stableAfter = 5_000;
/** In milliseconds: first, and after doubling at the most. */
const pollFor = { first: 60_000, longest: 16 * 60_000 };
const usualFullRetry = 15_000;
const usualMaintenanceRetry = 30_000;
/** Who hears nothing for this long, and is told elsewhere that the server does not answer, does not wait for the next heartbeat. */
const doubtfulAfter = 5_000;
/** A server that is merely busy is not made busier. */
const doubtsApart = 30_000;

export interface FeedOptions {
  url: string;
  cursor: string | undefined;
  fetch?: Fetch;
  random?: () => number;
  onEvent(event: FeedEvent): void;
  onStatus(status: FeedStatus): void;
}

/**
 * Responsible for events arriving, whatever happens on the way: streams where it can, polls where streams do not come through, goes on
 * from its cursor after every loss, and rests where the server says so.
 */
export class Feed {
  status: FeedStatus;

  private readonly way = new Way();
  private cursor: string | undefined;
  private mode: FeedMode = 'stream';
  private silences = 0;
  private failures = 0;
  private liveSince = 0;
  private pollUntil = 0;
  private pollFor = pollFor.first;
  private heardAt = Date.now();
  private doubtedAt = -Infinity;
  private run = new AbortController();
  private wakeUp: (() => void) | undefined;
  private readonly fetch: Fetch;
  private readonly random: () => number;

  constructor(private readonly options: FeedOptions) {
    this.cursor = options.cursor;
    this.fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.random = options.random ?? Math.random;
    this.status = this.as('connecting');
    void this.go(this.run.signal);
  }

  stop(): void {
    this.run.abort();
    this.wakeUp?.();
  }

  /** Something changed for the better, perhaps: the network is back, the page is looked at. Ends a pause. */
  wake(): void {
    if (this.status.state === 'connecting') this.wakeUp?.();
  }

  /** The network was away: what is open may be dead without knowing it. */
  reconnect(): void {
    this.way.forget();
    if (this.status.state === 'live' || this.status.state === 'connecting') this.restart();
  }

  /** Another request had no answer: perhaps the server stands still, and what is open with it. */
  doubt(): void {
    const now = Date.now();
    if (this.status.state !== 'live' || now - this.heardAt <= doubtfulAfter || now - this.doubtedAt < doubtsApart) return;
    this.doubtedAt = now;
    this.restart();
  }

  /** Something was done, begun at `since`, whose event has to come: where nothing does, something on the way holds the stream back. */
  expect(since: number): void {
    const { run } = this;
    setTimeout(() => {
      if (this.run !== run || this.status.state !== 'live' || this.mode !== 'stream' || this.heardAt >= since) return;
      this.fallBack();
      this.restart();
    }, firstByteWithin);
  }

  /** The person wants it here, or to try again. */
  resume(): void {
    if (this.status.state === 'replaced') this.restart();
    else this.wakeUp?.();
  }

  private restart(): void {
    this.stop();
    this.run = new AbortController();
    this.failures = 0;
    this.tell(this.as('connecting'));
    void this.go(this.run.signal);
  }

  private async go(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const outcome = await this.once(stop);
      if (stop.aborted) return;
      switch (outcome.kind) {
        case 'replaced':
        case 'signedOut':
          return this.tell(this.as(outcome.kind));
        case 'full':
          await this.rest(outcome, stop);
          break;
        case 'maintenance':
          this.tell(this.as('maintenance'));
          await this.sleep(outcome.retryAfter ?? usualMaintenanceRetry, stop);
          break;
        case 'badCursor':
          this.cursor = undefined; // from now on; what was before is fetched
          this.options.onEvent({ type: 'resync' });
          await this.pause(outcome, stop);
          break;
        default:
          await this.pause(outcome, stop);
      }
    }
  }

  private once(stop: AbortSignal): Promise<Outcome> {
    if (this.mode === 'poll' && Date.now() >= this.pollUntil) this.mode = 'stream';
    this.heardAt = Date.now();
    const handlers: Handlers = {
      onEvent: this.options.onEvent,
      onCursor: (cursor) => (this.cursor = cursor),
      onLive: () => {
        if (this.status.state !== 'live' || this.status.mode !== this.mode) this.liveSince = Date.now();
        this.tell(this.as('live'));
      },
      onSound: (age) => {
        this.heardAt = Date.now();
        if (this.way.streamLives(age)) this.tell(this.as('live'));
      },
    };
    const { heartbeat, wait } = this.way.facts;
    if (this.mode === 'stream') return stream(this.options.url, this.cursor, heartbeat, this.fetch, stop, handlers);
    // The first one after a loss is answered at once and tells that all is well.
    return this.poll(this.status.state === 'live' ? wait : 0, stop, handlers);
  }

  private async poll(wait: number, stop: AbortSignal, handlers: Handlers): Promise<Outcome> {
    const started = Date.now();
    const outcome = await poll(this.options.url, this.cursor, wait, this.fetch, stop, handlers);
    if (wait > 0 && outcome.kind === 'lost' && outcome.cut) this.way.pollCut(outcome.cut.age, wait);
    else if (wait > 0 && outcome.kind === 'again' && Date.now() - started >= wait * 1000) this.way.pollHeld(wait);
    return outcome;
  }

  // Goes on at once where all is well and where a loss was to be expected; else not in step with others, and ever later.
  private async pause(outcome: Outcome, stop: AbortSignal): Promise<void> {
    const wasLive = this.status.state === 'live';
    const lived = wasLive ? Date.now() - this.liveSince : 0;
    const isExpected = this.mode === 'stream' && outcome.kind === 'lost' && outcome.cut !== undefined && this.way.streamCut(outcome.cut);
    if (outcome.kind === 'again') {
      // A stream that ended as it should is opened again; a poll that was answered is simply followed by the next.
      if (this.mode === 'stream' && lived < stableAfter) this.failures++;
      else this.failures = 0;
    } else if (isExpected) this.failures = 0;
    else {
      if (lived >= stableAfter) this.failures = 0;
      this.failures++;
    }

    if (outcome.kind === 'silent') this.fallBack();
    else if (wasLive && this.mode === 'stream') {
      this.silences = 0;
      this.pollFor = pollFor.first;
    }

    if (outcome.kind !== 'again' || this.mode === 'stream') this.tell(this.as('connecting'));
    const asked = outcome.kind === 'lost' ? (outcome.retryAfter ?? 0) : 0;
    const isAtOnce = this.failures === 0 || (this.failures === 1 && outcome.kind !== 'lost');
    const delay = isAtOnce ? 0 : this.random() * Math.min(longestDelay, firstDelay * 2 ** Math.min(this.failures - 1, 10));
    await this.sleep(Math.max(asked, delay), stop);
  }

  // Twice in a row, or once where streams did not come through before.
  private fallBack(): void {
    if (++this.silences < 2) return;
    this.mode = 'poll';
    this.silences = 1;
    this.failures = 0;
    this.pollUntil = Date.now() + this.pollFor;
    this.pollFor = Math.min(this.pollFor * 2, pollFor.longest);
  }

  private async rest(full: { limit?: number | undefined; retryAfter?: number | undefined }, stop: AbortSignal): Promise<void> {
    const delay = full.retryAfter ?? usualFullRetry;
    const { limit } = full;
    this.tell({ state: 'full', mode: this.mode, way: this.way.facts, retryAt: Date.now() + delay, ...(limit === undefined ? {} : { limit }) });
    await this.sleep(delay, stop);
  }

  private sleep(delay: number, stop: AbortSignal): Promise<void> {
    if (delay <= 0 || stop.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.wakeUp = undefined;
        resolve();
      };
      const timer = setTimeout(done, delay);
      this.wakeUp = done;
    });
  }

  private as(state: 'connecting' | 'live' | 'replaced' | 'signedOut' | 'maintenance'): FeedStatus {
    return { state, mode: this.mode, way: this.way.facts };
  }

  private tell(status: FeedStatus): void {
    const before = JSON.stringify(this.status);
    this.status = status;
    if (before !== JSON.stringify(status)) this.options.onStatus(status);
  }
}
