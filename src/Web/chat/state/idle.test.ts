import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Api } from '../api/api';
import type { SignedIn, Status } from '../api/contracts';
import { Idle } from './idle';
import { Kept } from './kept';
import { Session } from './session.svelte';

const said: string[] = [];
let fails = false;
let told: number;
let kept: Map<string, string>;
let session: Session;
let idle: Idle;

const pass = (minutes: number) => vi.advanceTimersByTimeAsync(minutes * 60_000);

function begin(status: Status = 'online', reason?: string) {
  const store = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key) };
  const api = {
    setStatus: async (to: Status, why?: string) => {
      if (fails) throw new Error('away');
      said.push(why ? `${to} ${why}` : to);
    },
  } as unknown as Api;
  session = new Session(api, new Kept(store, 'status', undefined));
  session.begin({ user: { id: '1' }, expiresAt: 'then', options: { 'presence.awayAfterMinutes': 5 }, status: { status, ...(reason ? { reason } : {}) } } as SignedIn);
  idle = new Idle(session, () => void told++);
  idle.begin();
}

beforeEach(() => {
  vi.useFakeTimers();
  said.length = 0;
  kept = new Map();
  fails = false;
  told = 0;
});

afterEach(() => {
  idle.end();
  vi.useRealTimers();
});

// effect: presence.awayAfterMinutes
test('after so long without input somebody online is away, and with the next input what they were', async () => {
  begin('online', 'At my desk');
  await pass(4.5);
  expect(said).toEqual([]);
  await pass(1);
  expect(said).toEqual(['away']);
  await pass(60);
  expect(said).toEqual(['away']);
  idle.input();
  await pass(0.1);
  expect(said).toEqual(['away', 'online At my desk']);
  expect(session.status).toEqual({ status: 'online', reason: 'At my desk' });
});

test('input here or in another tab counts, and others are told now and then', async () => {
  begin();
  for (let i = 0; i < 4; i++) {
    await pass(3);
    if (i % 2) idle.elsewhere();
    else for (let move = 0; move < 20; move++) idle.input();
  }

  await pass(3);
  expect(said).toEqual([]);
  expect(told).toBe(2);
});

test.each(['busy', 'doNotDisturb', 'hidden', 'away'] as const)('%s, chosen by hand, stays', async (status) => {
  begin(status);
  await pass(30);
  idle.input();
  await pass(1);
  expect(said).toEqual([]);
});

test('0 minutes never do', async () => {
  begin();
  session.options = { 'presence.awayAfterMinutes': 0 };
  await pass(60);
  expect(said).toEqual([]);
});

test('a page that is loaded again while the person is away by itself still knows what they were', async () => {
  begin('online', 'At my desk');
  await pass(6);
  idle.end();
  begin('away');
  await pass(0.1);
  idle.input();
  await pass(0.1);
  expect(said).toEqual(['away', 'online At my desk']);
});

test('what fails is tried again', async () => {
  begin();
  fails = true;
  await pass(6);
  fails = false;
  await pass(0.5);
  expect(said).toEqual(['away']);
  fails = true;
  idle.input();
  await pass(0.1);
  fails = false;
  idle.input();
  await pass(0.1);
  expect(said).toEqual(['away', 'online']);
});
