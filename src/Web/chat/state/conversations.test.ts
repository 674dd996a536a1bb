import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Api } from '../api/api';
import type { Conversation, Message } from '../api/contracts';
import { Patience } from '../api/patience';
import { NetworkError } from '../api/problem';
import { Conversations } from './conversations.svelte';

const message = (seq: number, from = 'them'): Message => ({ seq, kind: 'text', from, text: `m${seq}`, sentAt: '2026-01-01T10:00:00Z' });
const talk = (lastSeq: number, readSeq = lastSeq): Conversation => ({ id: '7', kind: 'direct', members: [], firstSeq: 1, lastSeq, readSeq });
const pass = (milliseconds = 0) => vi.advanceTimersByTimeAsync(milliseconds);

let stored: Message[];
let marked: number[];
let failures: number;
let conversations: Conversations;

beforeEach(() => {
  vi.useFakeTimers();
  [stored, marked, failures] = [Array.from({ length: 120 }, (_, at) => message(at + 1)), [], 0];
  const answer = async <T>(value: () => T) => {
    if (failures-- > 0) throw new NetworkError();
    return value();
  };
  const api = {
    newest: (_: string, limit: number) => answer(() => ({ items: stored.slice(-limit) })),
    before: (_: string, before: number, limit: number) => answer(() => ({ items: stored.filter(({ seq }) => seq < before).slice(-limit) })),
    after: (_: string, after: number) => answer(() => {
      const items = stored.filter(({ seq }) => seq > after).slice(0, 20);
      return items.at(-1)?.seq === stored.at(-1)?.seq || items.length === 0 ? { items } : { items, next: String(items.at(-1)!.seq) };
    }),
    conversation: () => answer(() => talk(stored.length)),
    markRead: (_: string, seq: number) => answer(() => void marked.push(seq)),
  };
  conversations = new Conversations(api as unknown as Api, new Patience(() => 1), () => 'me');
});

afterEach(() => vi.useRealTimers());

const held = () => conversations.talks.get('7')!.log!.messages.map(({ seq }) => seq);
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

async function opened() {
  conversations.upsert(talk(stored.length));
  await conversations.open('7');
}

test('a hole in the events is filled from the server, over several parts and failures', async () => {
  await opened();
  expect(held()).toEqual(numbers(71, 120));
  for (let seq = 121; seq <= 200; seq++) stored.push(message(seq));
  failures = 2;
  void conversations.receive('7', message(200));
  await pass(20_000);
  expect(held()).toEqual(numbers(71, 200));
});

test('a second hole, while the first one is being filled, is filled too', async () => {
  await opened();
  for (let seq = 121; seq <= 125; seq++) stored.push(message(seq));
  void conversations.receive('7', message(125));
  for (let seq = 126; seq <= 130; seq++) stored.push(message(seq));
  void conversations.receive('7', message(130));
  await pass(1);
  expect(held()).toEqual(numbers(71, 130));
});

test('what arrives while the first page is on its way is not lost', async () => {
  conversations.upsert(talk(120));
  failures = 1;
  const opening = conversations.open('7');
  stored.push(message(121), message(122));
  void conversations.receive('7', message(121));
  conversations.change('7', { ...message(119), text: 'edited', editedAt: '2026-01-01T10:01:00Z' });
  await pass(5_000);
  await opening;
  await pass(1);
  void conversations.receive('7', message(122));
  expect(held().at(-1)).toBe(122);
  expect(conversations.talks.get('7')!.log!.messages.find(({ seq }) => seq === 119)!.text).toBe('edited');
});

test('older pages join without a gap, up to the beginning', async () => {
  await opened();
  await conversations.older('7');
  await conversations.older('7');
  await conversations.older('7');
  expect(held()).toEqual(numbers(1, 120));
  expect(conversations.talks.get('7')!.hasOlder).toBe(false);
});

test('after a resync the open conversation has what was said and edited meanwhile', async () => {
  await opened();
  stored[99] = { ...stored[99]!, text: 'edited', editedAt: '2026-01-01T10:01:00Z' };
  stored.push(message(121));
  await conversations.replaceAll([talk(121)], '7');
  expect(held()).toEqual(numbers(71, 121));
  expect(conversations.talks.get('7')!.log!.messages.find(({ seq }) => seq === 100)!.text).toBe('edited');
});

test('an event of a conversation that is not known fetches it', async () => {
  await conversations.receive('7', message(121));
  expect(conversations.talks.get('7')!.data.lastSeq).toBe(121);
});

test('unread counts what others wrote; reading is told once, the newest, until it is heard', async () => {
  conversations.upsert(talk(120, 118));
  expect(conversations.unread).toBe(2);
  void conversations.receive('7', message(121));
  expect(conversations.unread).toBe(3);
  failures = 1;
  conversations.markRead('7', 120);
  conversations.markRead('7', 121);
  expect(conversations.unread).toBe(0);
  await pass(10_000);
  expect(marked.at(-1)).toBe(121);
  void conversations.receive('7', message(122, 'me'));
  expect(conversations.unread).toBe(0);
});
