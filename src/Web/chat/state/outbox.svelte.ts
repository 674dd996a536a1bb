import type { Api } from '../api/api';
import type { Message, Sent } from '../api/contracts';
import type { Patience } from '../api/patience';
import { isPassing, ProblemError } from '../api/problem';
import { uuid } from '../api/uuid';
import type { Kept } from './kept';

export interface Unsent {
  clientId: string;
  conversationId: string;
  text: string;
  at: string;
  /** The newest message when it was written: the one that this becomes comes later. */
  afterSeq: number;
  state: 'sending' | 'failed';
  /** Whether it was given to the network: it may have arrived although no answer did. */
  isTried: boolean;
  /** Why it was refused. */
  code?: string;
  detail?: string;
}

/**
 * Responsible for messages until the server has answered: each conversation's in order, each repeated with the same id until there is an
 * answer. Kept over a reload of the tab.
 */
export class Outbox {
  items = $state.raw<readonly Unsent[]>([]);

  private readonly running = new Set<string>();
  private kept: Kept<readonly Unsent[]> | undefined;

  constructor(
    private readonly api: Pick<Api, 'send'>,
    private readonly patience: Patience,
    /** `since`: when the request began, in milliseconds. */
    private readonly onSent: (sent: Sent, text: string, clientId: string, since: number) => void,
  ) {}

  /** Goes on with what this person had not sent. */
  begin(kept: Kept<readonly Unsent[]>): void {
    this.kept = kept;
    this.items = kept.read();
    for (const id of new Set(this.items.map((item) => item.conversationId))) void this.run(id);
  }

  /** Nobody is signed in. What was not sent is forgotten where the person left on purpose. */
  end(forget: boolean): void {
    if (forget) this.kept?.clear();
    this.kept = undefined;
    this.items = [];
  }

  /** What is not among the messages of a conversation yet. */
  of(conversationId: string, messages: readonly Message[], me: string): Unsent[] {
    const waiting = this.items.filter((item) => item.conversationId === conversationId);
    const claimed = new Set<number>();
    return waiting.filter((item) => {
      const arrived = messages.find((message) => !claimed.has(message.seq) && isThis(item, message, me));
      if (arrived) claimed.add(arrived.seq);
      return !arrived;
    });
  }

  add(conversationId: string, text: string, afterSeq: number): void {
    const item: Unsent = { clientId: uuid(), conversationId, text, at: new Date().toISOString(), afterSeq, state: 'sending', isTried: false };
    this.set([...this.items, item]);
    void this.run(conversationId);
  }

  /** To the end of the line, with the same id unless that was the fault. */
  retry(clientId: string): void {
    const item = this.items.find((other) => other.clientId === clientId);
    if (!item) return;
    const { code, detail: _, ...rest } = item;
    const again: Unsent = { ...rest, state: 'sending', clientId: code === 'client-id-reused' ? uuid() : clientId };
    this.set([...this.items.filter((other) => other !== item), again]);
    void this.run(item.conversationId);
  }

  discard(clientId: string): void {
    this.set(this.items.filter((item) => item.clientId !== clientId));
  }

  private async run(conversationId: string): Promise<void> {
    if (this.running.has(conversationId)) return;
    this.running.add(conversationId);
    for (let failures = 0; ; ) {
      const owner = this.kept;
      const item = this.items.find((other) => other.conversationId === conversationId && other.state === 'sending');
      if (!item || !owner) break;
      if (!item.isTried) this.change(item.clientId, { isTried: true });
      try {
        const since = Date.now();
        const sent = await this.api.send(conversationId, item.clientId, item.text);
        failures = 0;
        if (this.kept !== owner) continue;
        this.onSent(sent, item.text, item.clientId, since);
        this.discard(item.clientId);
      } catch (error) {
        if (this.kept !== owner) continue;
        if (error instanceof ProblemError && error.status === 401) break; // it goes on when the person is back
        if (isPassing(error)) await this.patience.pause(++failures, error);
        else this.fail(item.clientId, error);
      }
    }

    this.running.delete(conversationId);
  }

  private fail(clientId: string, error: unknown): void {
    const known = error instanceof ProblemError ? { code: error.code, detail: error.problem.errors?.['text']?.[0] ?? error.message } : { detail: String(error) };
    this.change(clientId, { state: 'failed', ...known });
  }

  private change(clientId: string, change: Partial<Unsent>): void {
    this.set(this.items.map((item) => (item.clientId === clientId ? { ...item, ...change } : item)));
  }

  private set(items: readonly Unsent[]): void {
    this.items = items;
    this.kept?.write(items);
  }
}

// Events do not carry the client's id: then it is the next message of mine with this text.
function isThis(item: Unsent, message: Message, me: string): boolean {
  if (message.clientId !== undefined) return message.clientId === item.clientId;
  return item.isTried && item.state === 'sending' && message.from === me && message.seq > item.afterSeq && message.text === item.text;
}
