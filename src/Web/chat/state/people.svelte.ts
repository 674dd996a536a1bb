import { SvelteMap } from 'svelte/reactivity';
import type { Api } from '../api/api';
import type { Contact, PresenceItem, Status, User } from '../api/contracts';
import type { Patience } from '../api/patience';

/** Responsible for whom the person knows: contacts and requests, and who of them is there. */
export class People {
  readonly contacts = new SvelteMap<string, Contact>();
  readonly presence = new SvelteMap<string, PresenceItem>();

  constructor(
    private readonly api: Api,
    private readonly patience: Patience,
  ) {}

  readonly incoming = $derived(this.in('pending'));
  readonly outgoing = $derived(this.in('requested'));
  readonly blocked = $derived(this.in('blocked'));
  readonly accepted = $derived(this.in('accepted'));

  clear(): void {
    this.contacts.clear();
    this.presence.clear();
  }

  replaceAll(list: readonly Contact[]): void {
    const ids = new Set(list.map((contact) => contact.user.id));
    for (const id of this.contacts.keys()) if (!ids.has(id)) this.forget(id);
    for (const contact of list) this.upsert(contact);
  }

  async reload(): Promise<void> {
    this.replaceAll(await this.patience.until(() => this.api.contacts()));
  }

  upsert(contact: Contact): void {
    const id = contact.user.id;
    this.contacts.set(id, contact);
    const before = this.presence.get(id);
    if (before?.status !== contact.status) this.presence.set(id, { userId: id, status: contact.status });
  }

  forget(id: string): void {
    this.contacts.delete(id);
    this.presence.delete(id);
  }

  see(items: readonly PresenceItem[]): void {
    for (const item of items) this.presence.set(item.userId, item);
  }

  statusOf(id: string): Status {
    return this.presence.get(id)?.status ?? 'offline';
  }

  /** What I call them. */
  nameOf(user: User): string {
    return this.contacts.get(user.id)?.alias || user.displayName || user.username;
  }

  browse = (after?: string) => this.api.browse(after);
  find = async (text: string) => (await this.api.find(text)).items;
  ask = async (id: string, text?: string) => this.upsert(await this.api.ask(id, text));
  accept = async (id: string) => this.upsert(await this.api.accept(id));
  block = async (id: string) => this.upsert(await this.api.block(id));
  hideFrom = async (id: string, hidden: boolean) => this.upsert(await this.api.hideFrom(id, hidden));
  setAlias = async (id: string, alias: string) => this.upsert(await this.api.setAlias(id, alias));

  async decline(id: string): Promise<void> {
    await this.api.decline(id);
    this.forget(id);
  }

  async unblock(id: string): Promise<void> {
    await this.api.unblock(id);
    this.forget(id);
  }

  async remove(id: string): Promise<void> {
    await this.api.removeContact(id);
    this.forget(id);
  }

  private in(state: Contact['state']): Contact[] {
    return [...this.contacts.values()].filter((contact) => contact.state === state);
  }
}
