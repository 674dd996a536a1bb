import { SvelteMap } from 'svelte/reactivity';
import type { Api } from '../api/api';
import type { Conversation, Message, User } from '../api/contracts';
import type { Patience } from '../api/patience';
import { Talk } from './talk.svelte';

const pageSize = 50;
const typingShownFor = 6_000;
const overtakenWithin = 1_500;
const typingToldEvery = 4_000;

/** Responsible for the conversations of the person who is signed in, and for their messages being complete. */
export class Conversations {
  readonly talks = new SvelteMap<string, Talk>();

  private readonly filling = new Map<string, Promise<void>>();
  private readonly marks = new Map<string, number>();
  private typingToldAt = 0;

  constructor(
    private readonly api: Api,
    private readonly patience: Patience,
    private readonly me: () => string,
  ) {}

  get unread(): number {
    let sum = 0;
    for (const talk of this.talks.values()) sum += talk.unread;
    return sum;
  }

  clear(): void {
    this.talks.clear();
    this.filling.clear();
    this.marks.clear();
  }

  /** The whole list. Of the open conversation, all that is held is fetched again: what changed meanwhile was told to nobody. */
  async replaceAll(list: readonly Conversation[], open: string | undefined): Promise<void> {
    const ids = new Set(list.map((conversation) => conversation.id));
    for (const id of this.talks.keys()) if (!ids.has(id)) this.talks.delete(id);
    for (const conversation of list) this.upsert(conversation);
    for (const talk of this.talks.values()) if (talk.id !== open) talk.log = undefined;
    const talk = open === undefined ? undefined : this.talks.get(open);
    if (talk?.log) await this.fetchAfter(talk, talk.log.firstSeq - 1);
  }

  upsert(conversation: Conversation): Talk {
    const known = this.talks.get(conversation.id);
    if (known) known.update(conversation);
    const talk = known ?? new Talk(conversation);
    if (!known) this.talks.set(conversation.id, talk);
    this.complete(talk);
    return talk;
  }

  membersChanged(conversationId: string, joined: readonly User[], left: readonly string[]): void {
    this.talks.get(conversationId)?.membersChanged(joined, left);
  }

  left(id: string): void {
    this.talks.delete(id);
  }

  async receive(conversationId: string, message: Message): Promise<void> {
    const talk = this.talks.get(conversationId) ?? (await this.fetch(conversationId));
    if (!talk) return;
    talk.receive(message, this.me());
    this.complete(talk);
  }

  change(conversationId: string, message: Message): void {
    this.talks.get(conversationId)?.change(message);
  }

  read(conversationId: string, userId: string, seq: number): void {
    this.talks.get(conversationId)?.read(userId, seq, this.me());
  }

  types(conversationId: string, userId: string): void {
    const talk = this.talks.get(conversationId);
    if (!talk || userId === this.me()) return;
    if (talk.heard.from === userId && Date.now() - talk.heard.at < overtakenWithin) return; // what they typed is here already
    const typing = (talk.typing = { userId, until: Date.now() + typingShownFor });
    setTimeout(() => talk.typing === typing && (talk.typing = undefined), typingShownFor);
  }

  /** The conversation with a person, made if there is none. */
  async openDirect(userId: string): Promise<Talk> {
    return this.upsert(await this.api.openDirect(userId));
  }

  /** A conference with these people. With the same `clientId` it is made once, however often it is tried. */
  async createConference(clientId: string, userIds: string[], title: string): Promise<Talk> {
    return this.upsert(await this.api.createConference(clientId, userIds, title || undefined));
  }

  async invite(id: string, userIds: string[]): Promise<void> {
    this.upsert(await this.api.invite(id, userIds));
  }

  async removeMember(id: string, userId: string): Promise<void> {
    await this.api.removeMember(id, userId);
    this.membersChanged(id, [], [userId]);
  }

  async leave(id: string): Promise<void> {
    await this.api.removeMember(id, 'me');
    this.left(id);
  }

  /** Its newest messages, unless they are held. */
  async open(id: string): Promise<void> {
    const talk = this.talks.get(id);
    if (!talk || talk.log || talk.early) return;
    talk.early = [];
    try {
      const { items } = await this.patience.until(() => this.api.newest(id, pageSize), () => this.talks.get(id) === talk);
      talk.begin(items);
    } finally {
      talk.early = undefined;
    }

    this.complete(talk);
  }

  async older(id: string): Promise<void> {
    const talk = this.talks.get(id);
    if (!talk?.log || !talk.hasOlder || talk.isLoadingOlder) return;
    talk.isLoadingOlder = true;
    try {
      const before = talk.log.firstSeq;
      const { items } = await this.patience.until(() => this.api.before(id, before, pageSize));
      if (items.length === 0) talk.data = { ...talk.data, firstSeq: before }; // it has expired
      else talk.log?.add(items);
    } finally {
      talk.isLoadingOlder = false;
    }
  }

  /** I have seen everything up to this number. */
  markRead(id: string, seq: number): void {
    const talk = this.talks.get(id);
    if (!talk || seq <= talk.data.readSeq) return;
    talk.read(this.me(), seq, this.me());
    const isBusy = this.marks.has(id);
    this.marks.set(id, seq);
    if (!isBusy) void this.tellRead(id);
  }

  typing(id: string): void {
    if (Date.now() - this.typingToldAt < typingToldEvery) return;
    this.typingToldAt = Date.now();
    this.api.typing(id).catch(() => undefined); // only a courtesy
  }

  async edit(id: string, seq: number, text: string): Promise<void> {
    this.change(id, await this.api.edit(id, seq, text));
  }

  async remove(id: string, message: Message): Promise<void> {
    await this.api.remove(id, message.seq);
    this.change(id, { seq: message.seq, kind: 'removed', from: message.from, sentAt: message.sentAt });
  }

  private async tellRead(id: string): Promise<void> {
    for (let told = 0; ; ) {
      const seq = this.marks.get(id);
      if (seq === undefined || seq <= told) break;
      try {
        await this.patience.until(() => this.api.markRead(id, seq), () => this.marks.has(id));
        told = seq;
      } catch {
        break;
      }
    }

    this.marks.delete(id);
  }

  private async fetch(id: string): Promise<Talk | undefined> {
    try {
      return this.upsert(await this.patience.until(() => this.api.conversation(id)));
    } catch {
      return undefined; // not mine any more
    }
  }

  // Where a number is missing, everything after the last one held is fetched.
  private complete(talk: Talk): void {
    if (!talk.isBehind || this.filling.has(talk.id)) return;
    const from = talk.log!.lastSeq;
    const filling = this.fetchAfter(talk, from)
      .catch(() => undefined)
      .then(() => {
        this.filling.delete(talk.id);
        if (talk.log && talk.log.lastSeq > from) this.complete(talk); // more came meanwhile, perhaps
      });
    this.filling.set(talk.id, filling);
  }

  private async fetchAfter(talk: Talk, after: number): Promise<void> {
    for (let from = after; ; ) {
      const log = talk.log;
      const part = await this.patience.until(() => this.api.after(talk.id, from), () => this.talks.get(talk.id) === talk);
      if (!log || talk.log !== log) return;
      log.addAfter(part.items);
      const last = part.items.at(-1);
      if (last && last.seq > talk.data.lastSeq) talk.receive(last, this.me());
      if (!part.next || !last) return;
      from = last.seq;
    }
  }
}
