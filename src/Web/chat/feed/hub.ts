import type { PresenceItem } from '../api/contracts';
import type { FeedEvent, FeedStatus } from './events';
import { Feed } from './feed';

/** What a page asks of whoever holds the feed. */
export type Ask =
  | { op: 'join'; session: string; url: string; cursor: string }
  | { op: 'wake' | 'reconnect' | 'doubt' | 'resume' | 'leave' }
  | { op: 'expect'; since: number }
  | { op: 'active' }
  | { op: 'end' };

/** What it is told. */
export type Tell = { event: FeedEvent } | { status: FeedStatus } | { active: true };

export type Listener = (tell: Tell) => void;

/**
 * Responsible for one feed for all that listen: the tabs of a browser share a session, and a second stream of it would end the first.
 * Whoever joins later gets what happens from then on, and fetches what was before.
 */
export class FeedHub {
  private feed: Feed | undefined;
  private session = '';
  private readonly listeners = new Set<Listener>();
  /** Told to who joins: the stream says it once, and lists do not say why somebody is away. */
  private readonly presence = new Map<string, PresenceItem>();

  constructor(private readonly make: (options: ConstructorParameters<typeof Feed>[0]) => Feed = (options) => new Feed(options)) {}

  ask(listener: Listener, ask: Ask): void {
    switch (ask.op) {
      case 'join':
        return this.join(listener, ask);
      case 'leave':
        this.listeners.delete(listener);
        if (this.listeners.size === 0) this.drop();
        return;
      case 'active':
        // Whoever uses one tab is there for all.
        for (const other of this.listeners) if (other !== listener) other({ active: true });
        return;
      case 'expect':
        return this.feed?.expect(ask.since);
      case 'end':
        // Signed out here: the other tabs need not wait until the server says so.
        this.listeners.delete(listener);
        this.tell({ status: { state: 'signedOut', mode: this.feed?.status.mode ?? 'stream' } });
        return this.drop();
      default:
        this.feed?.[ask.op]();
    }
  }

  private join(listener: Listener, ask: { session: string; url: string; cursor: string }): void {
    if (this.session !== ask.session) this.turnOut(listener);
    this.listeners.add(listener);
    if (this.feed && this.session === ask.session && this.feed.status.state !== 'signedOut') {
      listener({ status: this.feed.status });
      if (this.presence.size > 0) listener({ event: { type: 'presence', items: [...this.presence.values()] } });
      this.feed.resume(); // a new tab is where the person is now
      return;
    }

    this.drop();
    this.session = ask.session;
    this.feed = this.make({
      url: ask.url,
      cursor: ask.cursor,
      onEvent: (event) => this.happened(event),
      onStatus: (status) => this.tell({ status }),
    });
    this.tell({ status: this.feed.status });
  }

  // There is one cookie: whoever listened for another session is signed out.
  private turnOut(except: Listener): void {
    this.listeners.delete(except);
    this.tell({ status: { state: 'signedOut', mode: 'stream' } });
    this.listeners.clear();
  }

  private happened(event: FeedEvent): void {
    if (event.type === 'presence') for (const item of event.items) this.presence.set(item.userId, item);
    else if (event.type === 'resync') this.presence.clear(); // who is there is told anew
    this.tell({ event });
  }

  private tell(tell: Tell): void {
    for (const listener of this.listeners) listener(tell);
  }

  private drop(): void {
    this.feed?.stop();
    this.feed = undefined;
    this.presence.clear();
  }
}
