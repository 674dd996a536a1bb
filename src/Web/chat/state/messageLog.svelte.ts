import type { Message } from '../api/contracts';

/**
 * Responsible for the messages of one conversation that are held: a window without gaps, whatever order they came in. What came early
 * waits beside it until the gap is filled.
 */
export class MessageLog {
  private readonly known = new Map<number, Message>();
  private from: number;
  private to: number;
  private version = $state(0);

  /** The window, ascending: made when it is looked at, however many messages came since. */
  readonly messages = $derived(this.window(this.version));

  /** Begins with what was fetched last, up to and including `lastSeq` where nothing was. */
  constructor(newest: readonly Message[], lastSeq: number) {
    this.from = newest[0]?.seq ?? lastSeq + 1;
    this.to = newest.at(-1)?.seq ?? lastSeq;
    this.add(newest);
  }

  /** The first and the last number in the window; `lastSeq < firstSeq` where it is empty. */
  get firstSeq(): number {
    void this.version; // whoever asks is told when it changes
    return this.from;
  }

  get lastSeq(): number {
    void this.version;
    return this.to;
  }

  /** New ones, older ones, changed ones, known ones, in any order. */
  add(messages: readonly Message[]): void {
    for (const message of messages) {
      const before = this.known.get(message.seq);
      this.known.set(message.seq, before ? newer(before, message) : message);
    }

    while (this.known.has(this.to + 1)) this.to++;
    while (this.from > 1 && this.known.has(this.from - 1)) this.from--;
    this.version++;
  }

  /** What was asked for "after the last one held". Where it begins later, what was between has expired, and so has what is before. */
  addAfter(messages: readonly Message[]): void {
    const first = messages[0];
    if (first && first.seq > this.to + 1) {
      this.from = first.seq;
      this.to = first.seq - 1;
    }

    this.add(messages);
  }

  private window(_version: number): readonly Message[] {
    return Array.from({ length: this.to - this.from + 1 }, (_, at) => this.known.get(this.from + at)!);
  }
}

/** Of two reports of one message: what is removed stays removed, the later edit wins. */
function newer(a: Message, b: Message): Message {
  const [old, next] = rank(a) > rank(b) ? [b, a] : [a, b];
  const clientId = next.clientId ?? old.clientId;
  return clientId === undefined ? next : { ...next, clientId };
}

function rank(message: Message): number {
  if (message.kind === 'removed') return Infinity;
  return message.editedAt ? Date.parse(message.editedAt) : 0;
}
