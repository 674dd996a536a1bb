import { expect, test } from 'vitest';
import type { Message } from '../api/contracts';
import { MessageRows } from './rows';
import { Shown } from './shown.svelte';

const message = (seq: number, from = 'a'): Message => ({ seq, kind: 'text', from, text: `m${seq}`, sentAt: '2026-01-01T10:00:00Z' });
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, at) => message(first + at));
const ends = (shown: Shown) => [shown.messages[0]?.seq, shown.messages.at(-1)?.seq];

test('few are all drawn; of many, the end, which moves along in steps', () => {
  let all = range(5, 104);
  expect(ends(new Shown(() => all))).toEqual([5, 104]);
  all = range(1, 1_000);
  expect(ends(new Shown(() => all))).toEqual([751, 1_000]);
  all = range(1, 1_049);
  expect(ends(new Shown(() => all))).toEqual([751, 1_049]);
});

test('on the way up and down again every message is drawn, and never many at once', () => {
  const all = range(1, 1_000);
  const shown = new Shown(() => all);
  const seen = new Set<number>();
  const look = () => {
    for (const { seq } of shown.messages) seen.add(seq);
    expect(shown.messages.length).toBeLessThanOrEqual(350);
  };
  shown.stay();
  for (look(); shown.hasBefore; look()) shown.up();
  expect(ends(shown)).toEqual([1, 350]);
  expect(seen.size).toBe(1_000);
  for (look(); shown.hasAfter; look()) shown.down();
  expect(shown.messages.at(-1)!.seq).toBe(1_000);
});

test('what is looked at stays while older and newer ones come; at the end it goes along', () => {
  let all = $state.raw(range(500, 999));
  const shown = new Shown(() => all);
  shown.stay();
  expect(ends(shown)).toEqual([750, 999]);
  all = range(450, 1_400);
  expect(ends(shown)).toEqual([750, 1_099]);
  expect(shown.hasAfter).toBe(true);
  shown.follow();
  expect(ends(shown)).toEqual([1_150, 1_400]);
});

test('rows that are the same stay the same objects', () => {
  const rows = new MessageRows();
  const all = range(1, 5);
  const before = rows.of(all, undefined);
  const after = rows.of([...all, message(6)], undefined);
  expect(after.slice(0, 4).every((row, at) => row === before[at])).toBe(true);
  expect(after[4]).not.toBe(before[4]); // no longer the end of its turn
  expect(after.map((row) => row.endsTurn)).toEqual([false, false, false, false, false, true]);
  const marked = rows.of([...all, message(6)], 3);
  expect(marked.map((row) => row.startsNew)).toEqual([false, false, true, false, false, false]);
  expect(marked.map((row) => row.startsTurn)).toEqual([true, false, true, false, false, false]);
  expect(marked[1]!.endsTurn).toBe(true);
  expect(marked[4]).toBe(after[4]);
});
