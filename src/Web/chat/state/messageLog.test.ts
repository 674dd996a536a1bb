import { expect, test } from 'vitest';
import type { Message } from '../api/contracts';
import { MessageLog } from './messageLog.svelte';

const message = (seq: number, more: Partial<Message> = {}): Message => ({ seq, kind: 'text', from: 'a', text: `m${seq}`, sentAt: '2026-01-01T10:00:00Z', ...more });
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => message(from + at));
const seqs = (log: MessageLog) => log.messages.map(({ seq }) => seq);

test('what comes early waits until the gap is filled', () => {
  const log = new MessageLog(range(5, 6), 6);
  log.add([message(9)]);
  expect(seqs(log)).toEqual([5, 6]);
  log.add([message(7)]);
  expect(seqs(log)).toEqual([5, 6, 7]);
  log.addAfter([message(8)]);
  expect(seqs(log)).toEqual([5, 6, 7, 8, 9]);
});

test('older ones come before, without a gap', () => {
  const log = new MessageLog(range(11, 12), 12);
  log.add(range(6, 10));
  expect(seqs(log)).toEqual([6, 7, 8, 9, 10, 11, 12]);
});

test('where the ones after the last have expired, the window begins anew', () => {
  const log = new MessageLog(range(1, 3), 3);
  log.addAfter(range(10, 11));
  expect(seqs(log)).toEqual([10, 11]);
});

test('an empty conversation takes its first message', () => {
  const log = new MessageLog([], 0);
  log.add([message(1)]);
  expect(seqs(log)).toEqual([1]);
});

test('edits and removals do not go back, and the id of the client stays', () => {
  const log = new MessageLog([message(1, { clientId: 'c' })], 1);
  log.add([message(1, { text: 'second', editedAt: '2026-01-01T10:02:00Z' })]);
  log.add([message(1, { text: 'first', editedAt: '2026-01-01T10:01:00Z' })]);
  log.add([message(1)]);
  expect(log.messages[0]).toMatchObject({ text: 'second', clientId: 'c' });
  log.add([message(1, { kind: 'removed' })]);
  log.add([message(1, { text: 'third', editedAt: '2026-01-01T10:03:00Z' })]);
  expect(log.messages[0]!.kind).toBe('removed');
});

test('in whatever order, however often: each message once, none missing, the newest text', () => {
  let seed = 20260101;
  const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  for (let round = 0; round < 300; round++) {
    const last = 2 + Math.floor(random() * 30);
    const start = 1 + Math.floor(random() * last);
    const told: Message[] = [];
    for (let seq = 1; seq <= last; seq++) {
      told.push(message(seq), message(seq));
      if (random() < 0.3) for (let edit = 1; edit <= 3; edit++) told.push(message(seq, { text: `m${seq}.${edit}`, editedAt: `2026-01-01T11:0${edit}:00Z` }));
      if (random() < 0.2) told.push(message(seq, { kind: 'removed' }));
    }

    const newest = new Map<number, Message>();
    for (const item of told) if (newest.get(item.seq)?.kind !== 'removed') newest.set(item.seq, item);
    const log = new MessageLog([message(start)], start);
    while (told.length > 0) log.add(told.splice(Math.floor(random() * told.length), 1));
    expect(seqs(log)).toEqual(Array.from({ length: last }, (_, at) => at + 1));
    for (const item of log.messages) {
      expect(item.kind).toBe(newest.get(item.seq)!.kind);
      if (item.kind === 'text') expect(item.text).toBe(newest.get(item.seq)!.text);
    }
  }
});
