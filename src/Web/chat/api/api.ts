import type {
  Contact, Conversation, Device, List, Message, Options, Person, Sent, SignedIn, Status, User,
} from './contracts';
import { query, type Http } from './http';

const partSize = 200;

/** The calls of the public contract that this page makes, each by its name. */
export class Api {
  constructor(private readonly http: Http) {}

  options = () => this.http.get<{ policySet: string; options: Options; needsRegistrationCode?: boolean }>('options');
  session = () => this.http.get<SignedIn>('session');
  signIn = (username: string, password: string) =>
    this.http.send<SignedIn>('POST', 'session', { username, password, client: { kind: 'web', name: 'IntraMessenger web', version: __VERSION__ } });
  signUp = (username: string, password: string, displayName?: string, code?: string) =>
    this.http.send<User & { state: string }>('POST', 'accounts', { username, password, ...(displayName ? { displayName } : {}), ...(code ? { code } : {}) });
  signOut = () => this.http.send<void>('DELETE', 'session');

  rename = (displayName: string) => this.http.send<User>('PATCH', 'me', { displayName });
  changePassword = (current: string, next: string) => this.http.send<void>('PUT', 'me/password', { current, new: next });
  setStatus = (status: Status, reason?: string) =>
    this.http.send<{ status: Status; reason?: string }>('PUT', 'me/status', { status, ...(reason ? { reason } : {}) });
  devices = () => this.all<Device>('sessions');
  endDevice = (id: string) => this.http.send<void>('DELETE', `sessions/${id}`);

  find = (text: string) => this.http.get<List<Person>>(`directory${query({ query: text, limit: 20 })}`);
  browse = (after?: string) => this.http.get<List<Person>>(`directory${query({ all: 'true', after, limit: 50 })}`);
  contacts = () => this.all<Contact>('contacts');
  ask = (userId: string, text?: string) => this.http.send<Contact>('POST', 'contacts', { userId, ...(text ? { text } : {}) });
  accept = (userId: string) => this.http.send<Contact>('POST', `contacts/${userId}/accept`, {});
  decline = (userId: string) => this.http.send<void>('POST', `contacts/${userId}/decline`, {});
  block = (userId: string) => this.http.send<Contact>('POST', `contacts/${userId}/block`, {});
  unblock = (userId: string) => this.http.send<void>('POST', `contacts/${userId}/unblock`, {});
  setAlias = (userId: string, alias: string) => this.http.send<Contact>('PATCH', `contacts/${userId}`, { alias });
  hideFrom = (userId: string, hiddenFrom: boolean) => this.http.send<Contact>('PATCH', `contacts/${userId}`, { hiddenFrom });
  removeContact = (userId: string) => this.http.send<void>('DELETE', `contacts/${userId}`);

  conversations = () => this.all<Conversation>('conversations');
  conversation = (id: string) => this.http.get<Conversation>(`conversations/${id}`);
  openDirect = (userId: string) => this.http.send<Conversation>('PUT', `conversations/direct/${userId}`, {});
  createConference = (clientId: string, userIds: string[], title?: string) =>
    this.http.send<Conversation>('POST', 'conversations', { kind: 'conference', clientId, userIds, ...(title ? { title } : {}) });
  invite = (id: string, userIds: string[]) => this.http.send<Conversation>('POST', `conversations/${id}/members`, { userIds });
  removeMember = (id: string, userId: string) => this.http.send<void>('DELETE', `conversations/${id}/members/${userId}`);
  newest = (id: string, limit: number) => this.http.get<List<Message>>(`conversations/${id}/messages${query({ limit })}`);
  before = (id: string, before: number, limit: number) =>
    this.http.get<List<Message>>(`conversations/${id}/messages${query({ before, limit })}`);
  after = (id: string, after: number) =>
    this.http.get<List<Message>>(`conversations/${id}/messages${query({ after, limit: partSize })}`);
  send = (id: string, clientId: string, text: string) => this.http.send<Sent>('POST', `conversations/${id}/messages`, { clientId, text });
  edit = (id: string, seq: number, text: string) => this.http.send<Message>('PATCH', `conversations/${id}/messages/${seq}`, { text });
  remove = (id: string, seq: number) => this.http.send<void>('DELETE', `conversations/${id}/messages/${seq}`);
  markRead = (id: string, seq: number) => this.http.send<void>('POST', `conversations/${id}/read`, { seq });
  typing = (id: string) => this.http.send<void>('POST', `conversations/${id}/typing`, {});

  private async all<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    for (let after: string | undefined; ; ) {
      const part = await this.http.get<List<T>>(path + query({ after, limit: partSize }));
      items.push(...part.items);
      if (!part.next) return items;
      after = part.next;
    }
  }
}
