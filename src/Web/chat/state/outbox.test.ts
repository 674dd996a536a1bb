import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Message } from '../api/contracts';
import { Patience } from '../api/patience';
import { NetworkError, ProblemError } from '../api/problem';
import { Kept } from './kept';
import { Outbox, type Unsent } from './outbox.svelte';

interface Call {
  conversation: string;
  clientId: string;
  text: string;
  done(seq: number): void;
  fail(error: unknown): void;
}

let calls: Call[];
let sent: string[];
let store: Map<string, string>;

const pass = (milliseconds = 0) => vi.advanceTimersByTimeAsync(milliseconds);
const problem = (status: number, code: string, retryAfter?: number) => new ProblemError(status, { type: `/${code}`, detail: code }, retryAfter);

function make(user = 'ann') {
  const api = {
    send: (conversation: string, clientId: string, text: string) =>
      new Promise<{ conversationId: string; seq: number; sentAt: string }>((resolve, reject) =>
        calls.push({ conversation, clientId, text, done: (seq) => resolve({ conversationId: conversation, seq, sentAt: '' }), fail: reject }),
      ),
  };
  const storage = {
    getItem: (key: string) => store.get(key) ?? null,
    setItem: (key: string, value: string) => void store.set(key, value),
    removeItem: (key: string) => void store.delete(key),
  };
  const outbox = new Outbox(api, new Patience(() => 1), (answer, text) => sent.push(`${answer.conversationId}/${answer.seq} ${text}`));
  outbox.begin(new Kept<readonly Unsent[]>(storage, `outbox/${user}`, []));
  return outbox;
}

beforeEach(() => {
  vi.useFakeTimers();
  [calls, sent, store] = [[], [], new Map()];
});

afterEach(() => vi.useRealTimers());

test('messages of a conversation go one after the other, those of two at the same time', async () => {
  const outbox = make();
  outbox.add('7', 'one', 0);
  outbox.add('7', 'two', 0);
  outbox.add('8', 'other', 0);
  expect(calls.map((call) => call.text)).toEqual(['one', 'other']);
  calls[0]!.done(1);
  await pass();
  expect(calls.map((call) => call.text)).toEqual(['one', 'other', 'two']);
  calls[2]!.done(2);
  calls[1]!.done(1);
  await pass();
  expect(sent).toEqual(['7/1 one', '7/2 two', '8/1 other']);
  expect(outbox.items).toEqual([]);
});

test.each([new NetworkError(), problem(502, 'bad'), problem(503, 'busy'), problem(504, 'late'), problem(429, 'max-connected-users')])(
  'what passes (%s) is repeated with the same id, and nothing overtakes it',
  async (error) => {
    const outbox = make();
    outbox.add('7', 'one', 0);
    outbox.add('7', 'two', 0);
    for (let i = 0; i < 5; i++) {
      calls.at(-1)!.fail(error);
      await pass(20_000);
    }

    expect(new Set(calls.map((call) => call.clientId)).size).toBe(1);
    expect(calls.length).toBe(6);
    calls.at(-1)!.done(4);
    await pass();
    expect(calls.at(-1)!.text).toBe('two');
    expect(outbox.items.length).toBe(1);
  },
);

test('Retry-After is waited for', async () => {
  make().add('7', 'one', 0);
  calls[0]!.fail(problem(429, 'rate-limited', 30_000));
  await pass(29_000);
  expect(calls.length).toBe(1);
  await pass(1_100);
  expect(calls.length).toBe(2);
});

test('a reload goes on with the same id', async () => {
  make().add('7', 'one', 0);
  const again = make();
  expect(again.items[0]!.text).toBe('one');
  expect(calls.length).toBe(2);
  expect(calls[1]!.clientId).toBe(calls[0]!.clientId);
});

test('a final refusal is shown with its reason and holds nothing else up', async () => {
  const outbox = make();
  outbox.add('7', 'one', 0);
  outbox.add('7', 'two', 0);
  calls[0]!.fail(problem(403, 'recipient-offline'));
  await pass();
  expect(outbox.items[0]).toMatchObject({ text: 'one', state: 'failed', code: 'recipient-offline' });
  calls[1]!.done(1);
  await pass();
  outbox.retry(outbox.items[0]!.clientId);
  expect(calls[2]).toMatchObject({ text: 'one', clientId: calls[0]!.clientId });
  calls[2]!.fail(problem(409, 'client-id-reused'));
  await pass();
  outbox.retry(outbox.items[0]!.clientId);
  expect(calls[3]!.clientId).not.toBe(calls[0]!.clientId);
  calls[3]!.fail(problem(403, 'not-a-contact'));
  await pass();
  outbox.discard(outbox.items[0]!.clientId);
  expect(outbox.items).toEqual([]);
});

test('another person finds nothing of it; who was signed out finds it again; who signed out does not', async () => {
  const outbox = make('ann');
  outbox.add('7', 'secret', 0);
  outbox.end(false);
  calls[0]!.done(1);
  await pass();
  expect(sent).toEqual([]);
  expect(make('ben').items).toEqual([]);
  expect(make('ann').items.length).toBe(1);
  const last = make('ann');
  last.end(true);
  expect(make('ann').items).toEqual([]);
});

test('a message that has arrived is not shown twice, whichever comes first, the answer or the event', () => {
  const outbox = make();
  outbox.add('7', 'hello', 4);
  outbox.add('7', 'hello', 4);
  const event = (seq: number, from = 'me', clientId?: string): Message => ({ seq, kind: 'text', from, text: 'hello', sentAt: '', ...(clientId ? { clientId } : {}) });
  const texts = (...messages: Message[]) => outbox.of('7', messages, 'me').length;
  expect(texts()).toBe(2);
  expect(texts(event(4))).toBe(2); // an earlier one
  expect(texts(event(5, 'them'))).toBe(2);
  expect(texts(event(5))).toBe(1);
  expect(texts(event(5, 'me', calls[0]!.clientId))).toBe(1);
  expect(texts(event(5, 'me', 'of another device'))).toBe(2);
});
