import type { Conversation, Message, User } from '../api/contracts';
import { MessageLog } from './messageLog.svelte';

/** One conversation as it is held: what the server says of it, and as much of its messages as was looked at. */
export class Talk {
  data: Conversation = $state.raw()!;
  /** Absent until the conversation is looked at. */
  log = $state.raw<MessageLog>();
  /** How far somebody else has read, where that was told. */
  othersReadSeq = $state(0);
  /** Who types, and until when that is shown (milliseconds). */
  typing = $state.raw<{ userId: string; until: number }>();
  isLoadingOlder = $state(false);
  /** Who wrote last, and when that came here. */
  heard = { from: '', at: 0 };
  /** What is told while the first messages are on their way. */
  early: Message[] | undefined;

  constructor(data: Conversation) {
    this.data = data;
  }

  get id(): string {
    return this.data.id;
  }

  get unread(): number {
    return Math.max(0, this.data.lastSeq - this.data.readSeq);
  }

  get hasOlder(): boolean {
    return this.log !== undefined && this.log.firstSeq > Math.max(1, this.data.firstSeq);
  }

  /** Whether there are messages that are not held, after those that are. */
  get isBehind(): boolean {
    return this.log !== undefined && this.log.lastSeq < this.data.lastSeq;
  }

  get isConference(): boolean {
    return this.data.kind === 'conference';
  }

  /** The other person of a conversation of two. */
  other(me: string): User | undefined {
    return this.isConference ? undefined : this.data.members.find((member) => member.id !== me);
  }

  /** Who is in it, or was. */
  person(id: string): User | undefined {
    const isThem = (user: User) => user.id === id;
    return this.data.members.find(isThem) ?? this.data.formerMembers?.find(isThem);
  }

  membersChanged(joined: readonly User[], left: readonly string[]): void {
    const { members, formerMembers = [] } = this.data;
    const without = (users: readonly User[], ids: readonly string[]) => users.filter(({ id }) => !ids.includes(id));
    const came = joined.map(({ id }) => id);
    this.data = {
      ...this.data,
      members: [...without(without(members, left), came), ...joined],
      formerMembers: [...without(without(formerMembers, left), came), ...members.filter(({ id }) => left.includes(id))],
    };
  }

  /** A list or an event says what it is now. What came by events meanwhile is not forgotten. */
  update(data: Conversation): void {
    const before = this.data;
    const isOlder = data.lastSeq < before.lastSeq;
    this.data = { ...data, readSeq: Math.max(data.readSeq, before.readSeq), ...(isOlder ? lastOf(before) : {}) };
  }

  receive(message: Message, me: string): void {
    if (message.seq > this.data.lastSeq) {
      const readSeq = message.from === me && message.kind !== 'joined' ? message.seq : this.data.readSeq; // as the server does
      this.data = { ...this.data, lastSeq: message.seq, last: message, readSeq: Math.max(readSeq, this.data.readSeq) };
    }

    if (message.from === this.typing?.userId) this.typing = undefined;
    this.heard = { from: message.from, at: Date.now() };
    this.hold(message);
  }

  change(message: Message): void {
    if (message.seq === this.data.last?.seq) this.data = { ...this.data, last: message };
    this.hold(message);
  }

  /** The first messages are here. */
  begin(newest: readonly Message[]): void {
    this.log = new MessageLog(newest, this.data.lastSeq);
    if (this.early) this.log.add(this.early);
    this.early = undefined;
  }

  read(userId: string, seq: number, me: string): void {
    if (userId !== me && this.isConference) return; // of many, one says nothing
    if (userId !== me) this.othersReadSeq = Math.max(this.othersReadSeq, seq);
    else if (seq > this.data.readSeq) this.data = { ...this.data, readSeq: seq };
  }

  private hold(message: Message): void {
    if (this.early) this.early.push(message);
    else this.log?.add([message]);
  }
}

function lastOf({ lastSeq, last }: Conversation): Partial<Conversation> {
  return last ? { lastSeq, last } : { lastSeq };
}
