import { Api } from '../api/api';
import type { SignedIn } from '../api/contracts';
import { Http } from '../api/http';
import { Patience } from '../api/patience';
import { isPassing, ProblemError } from '../api/problem';
import { FeedChannel } from '../feed/channel';
import type { FeedEvent } from '../feed/events';
import type { Tell } from '../feed/hub';
import { Connection } from './connection.svelte';
import { Conversations } from './conversations.svelte';
import { dispatch } from './dispatch';
import { Drafts } from './drafts.svelte';
import { Gather } from './gather';
import { Idle } from './idle';
import { Kept, type Store } from './kept';
import { Look } from './look.svelte';
import { Outbox } from './outbox.svelte';
import { People } from './people.svelte';
import { Session } from './session.svelte';

export interface ChatPlace {
  /** The address of the API, absolute, with a slash at the end. */
  api: string;
  /** Lives as long as the tab. */
  tab?: Store | undefined;
  /** Shared by the tabs. */
  browser?: Store | undefined;
  /** Calls back when the page is about to be painted; at once where nothing is painted. */
  nextFrame?: (done: () => void) => void;
}

/** All that the page knows. Responsible for its beginning, its end, and for nothing being missed in between. */
export class Chat {
  readonly patience = new Patience();
  readonly api: Api;
  readonly session: Session;
  readonly look: Look;
  readonly people: People;
  readonly conversations: Conversations;
  readonly outbox: Outbox;
  readonly drafts = new Drafts();
  readonly connection = new Connection(() => this.patience.wake());
  /** Whether the lists are here. */
  isLoaded = $state(false);
  /** The conversation that is looked at. */
  openId = $state<string>();

  private readonly idle: Idle;
  private readonly gather: Gather<Tell>;
  private readonly channel = new FeedChannel((tell) => this.gather.push(tell));
  private readonly http: Http;
  /** Events that wait for the lists; undefined when there is nothing to wait for. */
  private waiting: FeedEvent[] | undefined;
  private mustLoad = false;
  private loads = 0;
  private readonly keptSession: Kept<string | undefined>;

  constructor(private readonly place: ChatPlace) {
    this.gather = new Gather((tell) => this.told(tell), place.nextFrame ?? ((done) => done()));
    this.keptSession = new Kept(place.browser, this.sessionKey, undefined);
    this.http = new Http(place.api);
    this.http.onNoSession = () => this.session.phase === 'signedIn' && this.leave(true);
    this.http.onPasswordExpired = () => this.stopUntilPasswordIsNew();
    this.http.onDoubt = () => this.channel.doubt();
    this.api = new Api(this.http);
    this.session = new Session(this.api, new Kept(place.browser, this.keyOf('status'), undefined));
    this.look = new Look(this.session, new Kept(place.tab, this.keyOf('banner'), ''));
    this.idle = new Idle(this.session, () => this.channel.active());
    this.people = new People(this.api, this.patience);
    this.conversations = new Conversations(this.api, this.patience, () => this.session.id);
    this.outbox = new Outbox(this.api, this.patience, (sent, text, clientId, since) => {
      this.channel.expect(since);
      const { conversationId, seq, sentAt } = sent;
      void this.conversations.receive(conversationId, { seq, kind: 'text', from: this.session.id, text, sentAt, clientId });
    });
  }

  /** Goes on with the session of the cookie, if there is one. */
  async start(): Promise<void> {
    for (let failures = 1; ; failures++) {
      try {
        const signedIn = await this.api.session();
        this.connection.found();
        if (this.session.phase !== 'signedIn' || this.session.id === signedIn.user.id) this.begin(signedIn);
        else this.leave(true);
        return;
      } catch (error) {
        if (isPassing(error)) {
          if (error instanceof ProblemError && error.code === 'max-connected-users') this.connection.tell(full(error));
          else if (error instanceof ProblemError && error.code === 'maintenance') this.connection.tell({ state: 'maintenance', mode: 'stream' });
          else this.connection.lost();
          await this.patience.pause(failures, error);
          continue;
        }

        this.connection.found();
        if (this.session.phase === 'starting') this.session.end(false);
        return;
      }
    }
  }

  /** What this address allows, for who is not signed in. */
  async loadOptions(): Promise<void> {
    try {
      const { options, needsRegistrationCode } = await this.patience.until(() => this.api.options(), () => this.session.phase === 'signedOut');
      if (this.session.phase !== 'signedOut') return;
      this.session.options = options;
      this.session.needsCode = needsRegistrationCode ?? false;
    } catch {
      // Then nothing is offered that depends on them.
    }
  }

  async signIn(username: string, password: string): Promise<void> {
    this.begin(await this.api.signIn(username, password));
  }

  /** Makes an account. False where it has yet to be approved. */
  async signUp(username: string, password: string, displayName: string, code: string): Promise<boolean> {
    const { state } = await this.api.signUp(username, password, displayName || undefined, code || undefined);
    return state === 'active';
  }

  async changePassword(current: string, next: string): Promise<void> {
    await this.api.changePassword(current, next);
    if (this.session.mustChangePassword) await this.start();
  }

  /** On purpose: nothing of the person stays in this browser. */
  async signOut(): Promise<void> {
    await this.api.signOut();
    this.channel.end();
    this.leave(false);
  }

  /** Here, after another tab took over, or once more after there was no place. */
  resume(): void {
    if (this.connection.phase === 'replaced') void this.start();
    else {
      this.channel.resume();
      this.patience.wake();
    }
  }

  /** The person does something here. */
  active = () => this.idle.input();
  wake = () => this.channel.wake();
  reconnect = () => this.channel.reconnect();
  close = () => this.channel.leave();

  /** Where the browser keeps which session it has, for all tabs. */
  get sessionKey(): string {
    return this.keyOf('session');
  }

  /** Another tab wrote something where the browser keeps it for all. */
  keptElsewhere(key: string | null): void {
    if (key === this.sessionKey) this.sessionChanged();
    else if (key === this.keyOf('status')) this.session.statusChanged();
  }

  /** Another tab signed in or out. */
  sessionChanged(): void {
    if (this.session.phase === 'signedIn' && this.keptSession.read() !== this.session.key) this.leave(this.keptSession.read() !== undefined);
    else if (this.session.phase === 'signedOut') void this.start();
  }

  private begin(signedIn: SignedIn): void {
    this.session.begin(signedIn);
    this.keptSession.write(this.session.key);
    if (this.session.mustChangePassword) return;
    this.outbox.begin(new Kept(this.place.tab, this.keyOf(`outbox/${this.session.id}`), []));
    this.drafts.begin(new Kept(this.place.tab, this.keyOf(`drafts/${this.session.id}`), {}));
    this.waiting = [];
    this.mustLoad = true;
    this.idle.begin();
    this.channel.join(this.session.key, `${this.place.api}events`, signedIn.cursor);
  }

  private stopUntilPasswordIsNew(): void {
    this.loads++;
    this.channel.leave();
    this.session.mustChangePassword = true;
  }

  private leave(wasEnded: boolean): void {
    this.loads++;
    this.idle.end();
    this.http.forget();
    this.channel.leave();
    this.gather.clear();
    this.outbox.end(!wasEnded);
    this.drafts.end(!wasEnded);
    this.session.end(wasEnded);
    this.people.clear();
    this.conversations.clear();
    this.connection.found();
    this.isLoaded = false;
    this.waiting = undefined;
    if (!wasEnded) this.keptSession.clear();
  }

  // What happens from now on waits until the lists, which tell what was before, are here.
  private async load(afterHole = false, failures = 0): Promise<void> {
    this.mustLoad = false;
    const load = ++this.loads;
    this.waiting = [];
    try {
      const lists = () => Promise.all([this.api.contacts(), this.api.conversations(), afterHole ? this.api.session() : undefined]);
      const [contacts, conversations, session] = await this.patience.until(lists, () => load === this.loads);
      if (load !== this.loads) return;
      if (session) this.session.options = session.options;
      this.people.replaceAll(contacts);
      await this.conversations.replaceAll(conversations, this.openId);
      if (load !== this.loads) return;
      this.isLoaded = true;
      if (failures > 0) this.connection.found();
      const waiting = this.waiting;
      this.waiting = undefined;
      for (const event of waiting) this.happened(event);
    } catch (error) {
      if (load !== this.loads) return; // signed out, or begun anew
      // Nothing that passes by itself, and nobody can go on without the lists: said, and tried again all the same.
      console.error(error);
      this.connection.lost();
      await this.patience.pause(failures + 1, error);
      if (load === this.loads) void this.load(afterHole, failures + 1);
    }
  }

  private told(tell: Tell): void {
    if (this.session.phase !== 'signedIn') return;
    if (this.mustLoad) void this.load(); // not before: what happens between the lists and the first event would be missed
    if ('active' in tell) this.idle.elsewhere();
    else if ('event' in tell) this.happened(tell.event);
    else if (tell.status.state === 'signedOut') this.leave(this.keptSession.read() !== undefined); // removed where another tab left on purpose
    else this.connection.tell(tell.status);
  }

  private happened(event: FeedEvent): void {
    if (event.type === 'resync') void this.load(true);
    else if (this.waiting) this.waiting.push(event);
    else dispatch(event, this);
  }

  private keyOf(name: string): string {
    return `im:${new URL(this.place.api).pathname}${name}`;
  }
}

function full(error: ProblemError) {
  const limit = error.problem.limit?.value;
  return { state: 'full' as const, mode: 'stream' as const, retryAt: Date.now() + (error.retryAfter ?? 0), ...(limit === undefined ? {} : { limit }) };
}
