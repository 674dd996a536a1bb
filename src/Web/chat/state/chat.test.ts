import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { OutdatedError } from '../api/problem';
import { FakeServer, type FakeRequest } from '../feed/fakeServer';
import { Chat } from './chat.svelte';

const api = 'http://x/a/api/v1/';
const user = (id: string) => ({ id, username: `u${id}`, displayName: `U${id}` });
const contact = (id: string, status = 'online') => ({ user: user(id), state: 'accepted', status });
const conversation = (lastSeq: number) => ({ id: '7', kind: 'direct', members: [user('1'), user('2')], firstSeq: 1, lastSeq, readSeq: lastSeq });
const message = (seq: number) => ({ conversationId: '7', seq, kind: 'text', from: '2', text: `m${seq}`, sentAt: '2026-01-01T10:00:00Z' });
const signedIn = (id: string, expiresAt = 'then') => ({ expiresAt, created: false, user: user(id), node: 'n', policySet: 'a', cursor: 'c', options: {} });

let server: FakeServer;
let chat: Chat;
let kept: Map<string, string>;

const pass = (milliseconds = 1) => vi.advanceTimersByTimeAsync(milliseconds);
const asked = (path: string): FakeRequest[] => server.requests.filter(({ url }) => url.startsWith(api + path));
const last = (path: string) => asked(path).at(-1)!;

beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
  kept = new Map();
  vi.stubGlobal('fetch', server.fetch);
  const store = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  chat = new Chat({ api, tab: store, browser: store });
  void chat.start();
});

afterEach(() => {
  chat.close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function begun() {
  last('session').json(200, signedIn('1'));
  await pass();
  last('events').open();
  last('contacts').json(200, { items: [contact('2')] });
  last('conversations').json(200, { items: [conversation(3)] });
  await pass();
  expect(chat.isLoaded).toBe(true);
}

test('events that arrive before the lists are applied after them', async () => {
  last('session').json(200, signedIn('1'));
  await pass();
  last('events').open();
  last('events').event('presence', { items: [{ userId: '2', status: 'away', reason: 'lunch' }] }, 'c1');
  last('events').event('message', message(4), 'c2');
  await pass();
  last('contacts').json(200, { items: [contact('2', 'offline')] });
  last('conversations').json(200, { items: [conversation(3)] });
  await pass();
  expect(chat.people.presence.get('2')).toEqual({ userId: '2', status: 'away', reason: 'lunch' });
  expect(chat.conversations.talks.get('7')!.data.lastSeq).toBe(4);
});

test('resync fetches the lists and the options again; what they no longer have is gone', async () => {
  await begun();
  last('events').event('resync', { cursor: 'fresh' }, 'fresh');
  await pass();
  expect(asked('contacts').length).toBe(2);
  expect(last('events').headers['Last-Event-ID']).toBe('fresh');
  last('contacts').json(200, { items: [] });
  last('conversations').json(200, { items: [conversation(9)] });
  last('session').json(200, { ...signedIn('1'), options: { 'messages.maxLength': 7 } });
  await pass();
  expect(chat.session.options).toEqual({ 'messages.maxLength': 7 });
  expect(chat.people.contacts.size).toBe(0);
  expect(chat.conversations.talks.get('7')!.data.lastSeq).toBe(9);
});

test('without a session it asks to sign in, and does not say that one ended', async () => {
  last('session').problem(401, 'no-session');
  await pass();
  expect(chat.session).toMatchObject({ phase: 'signedOut', wasEnded: false });
});

test('a server that is away at the start is waited for', async () => {
  last('session').break();
  await pass(2_500);
  expect(chat.connection.phase).toBe('reconnecting');
  last('session').json(200, signedIn('1'));
  await pass();
  expect(chat.session.phase).toBe('signedIn');
});

test('nothing is said of a loss that is over within two seconds; a longer one is said in two steps', async () => {
  await begun();
  await pass(10_000);
  last('events').break();
  await pass(1_500);
  expect(chat.connection.phase).toBe('ok');
  last('events').open();
  await pass(10_000);
  expect(chat.connection.phase).toBe('ok');
  last('events').break();
  await pass(2_100);
  expect(chat.connection.phase).toBe('reconnecting');
  await pass(18_000);
  expect(chat.connection.phase).toBe('unreachable');
});

test('signedOut says so and keeps what was not sent for this person only', async () => {
  await begun();
  chat.outbox.add('7', 'unsent', 3);
  last('events').event('signedOut');
  await pass();
  expect(chat.session).toMatchObject({ phase: 'signedOut', wasEnded: true });
  expect(chat.people.contacts.size + chat.conversations.talks.size + chat.outbox.items.length).toBe(0);
  void chat.signIn('u3', 'p');
  last('session').json(201, signedIn('3'));
  await pass();
  expect(chat.outbox.items).toEqual([]);
});

test('signing out on purpose leaves nothing in the browser', async () => {
  await begun();
  chat.outbox.add('7', 'unsent', 3);
  chat.drafts.set('7', 'draft');
  expect([...kept.values()].join()).toMatch(/unsent.*draft/);
  void chat.signOut();
  last('session').json(204, null);
  await pass();
  expect([...kept.keys()]).toEqual([]);
});

test('a session of another person, begun in another tab, is not gone on with', async () => {
  await begun();
  kept.set(chat.sessionKey, JSON.stringify('3/then'));
  chat.sessionChanged();
  expect(chat.session.phase).toBe('signedOut');
});

test('what somebody asked for before leaving lands nowhere, and nobody is signed out by it', async () => {
  await begun();
  const late = chat.people.reload().catch((error: unknown) => error);
  const request = last('contacts');
  const leaving = chat.signOut();
  last('session').json(204, undefined);
  await leaving;
  void chat.start();
  last('session').json(200, signedIn('5'));
  await pass();
  request.json(200, { items: [contact('2')] });
  await pass();
  expect(await late).toBeInstanceOf(OutdatedError);
  expect(chat.people.contacts.size).toBe(0);
  expect(chat.session.id).toBe('5');
});

test('leaving on purpose in another tab forgets drafts here too; a session that was ended keeps them', async () => {
  await begun();
  chat.drafts.set('7', 'a secret');
  chat.sessionChanged();
  expect(chat.session.phase).toBe('signedIn');
  kept.delete(chat.sessionKey);
  chat.sessionChanged();
  expect(chat.session.phase).toBe('signedOut');
  expect([...kept.values()].join()).not.toContain('a secret');
});

test('lists that are refused for no reason that passes are asked for again all the same', async () => {
  const complained = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  last('session').json(200, signedIn('1'));
  await pass();
  last('events').open();
  await pass();
  last('contacts').problem(404, 'not-found');
  last('conversations').json(200, { items: [conversation(3)] });
  await pass(2_100);
  expect(complained).toHaveBeenCalled();
  expect(asked('contacts').length).toBe(2);
  expect(chat.connection.phase).toBe('reconnecting');
  last('contacts').json(200, { items: [contact('2')] });
  last('conversations').json(200, { items: [conversation(3)] });
  await pass();
  expect(chat.isLoaded).toBe(true);
  expect(chat.connection.phase).toBe('ok');
  complained.mockRestore();
});

test('what this session shows is what the server says; another tab may change it', async () => {
  last('session').json(200, { ...signedIn('1'), status: { status: 'busy', reason: 'lunch' } });
  await pass();
  expect(chat.session.status).toEqual({ status: 'busy', reason: 'lunch' });
  kept.set('im:/a/api/v1/status', JSON.stringify({ status: 'away', key: chat.session.key }));
  chat.keptElsewhere('im:/a/api/v1/status');
  expect(chat.session.status.status).toBe('away');
  kept.set('im:/a/api/v1/status', JSON.stringify({ status: 'online', key: 'of somebody else' }));
  chat.keptElsewhere('im:/a/api/v1/status');
  expect(chat.session.status.status).toBe('away');
});

test('a password that is too old has to be changed before anything else happens', async () => {
  last('session').json(200, { ...signedIn('1'), passwordExpired: true });
  await pass();
  expect(chat.session).toMatchObject({ phase: 'signedIn', mustChangePassword: true });
  expect(asked('events').length + asked('contacts').length).toBe(0);
  const changed = chat.changePassword('old', 'new');
  last('me/password').json(204, undefined);
  await pass();
  await begun();
  await changed;
  expect(chat.session.mustChangePassword).toBe(false);
});

test('a password that becomes too old stops everything until it is changed', async () => {
  await begun();
  void chat.api.find('x').catch(() => undefined);
  last('directory').problem(403, 'password-expired');
  await pass();
  expect(chat.session).toMatchObject({ phase: 'signedIn', mustChangePassword: true });
  expect(last('events').signal?.aborted).toBe(true);
});

test('maintenance at the start is said and waited for', async () => {
  last('session').problem(503, 'maintenance', { 'Retry-After': '20' });
  await pass();
  expect(chat.connection.phase).toBe('maintenance');
  await pass(20_100);
  expect(asked('session').length).toBe(2);
  last('session').json(200, signedIn('1'));
  await pass();
  expect(chat.connection.phase).toBe('ok');
});

test('whether an account needs a code is known before anybody signed in, and the code goes along', async () => {
  last('session').problem(401, 'no-session');
  await pass();
  void chat.loadOptions();
  last('options').json(200, { policySet: 'a', options: {}, needsRegistrationCode: true });
  await pass();
  expect(chat.session.needsCode).toBe(true);
});
