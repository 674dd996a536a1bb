import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FeedEvent, FeedStatus } from './events';
import { FakeServer } from './fakeServer';
import { Feed } from './feed';

let server: FakeServer;
let events: FeedEvent[];
let statuses: FeedStatus[];
let feed: Feed;

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
const state = () => statuses.at(-1)?.state;
const lastEventId = () => server.last.headers['Last-Event-ID'];

beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
  [events, statuses] = [[], []];
  feed = new Feed({
    url: 'http://x/events', cursor: 'start', fetch: server.fetch, random: () => 1,
    onEvent: (event) => events.push(event), onStatus: (status) => statuses.push(status),
  });
});

afterEach(() => {
  feed.stop();
  vi.useRealTimers();
});

async function live() {
  server.last.open();
  await pass(6_000);
  expect(state()).toBe('live');
}

test('it streams from its cursor and is live with the first byte', async () => {
  expect(server.last.isStream).toBe(true);
  expect(lastEventId()).toBe('start');
  server.last.open('');
  await pass(1);
  expect(statuses).toEqual([]);
  server.last.write(':\n\n');
  await pass(1);
  expect(statuses).toMatchObject([{ state: 'live', mode: 'stream' }]);
  server.last.event('typing', { conversationId: '7', userId: '2' }, 'c1');
  await pass(1);
  expect(events).toEqual([{ type: 'typing', conversationId: '7', userId: '2' }]);
});

test('a stream that breaks is opened again soon, not in step with others, from the last cursor, then ever later', async () => {
  await live();
  server.last.event('directory', {}, 'c9');
  await pass(1);
  server.last.break();
  await pass(499);
  expect(server.requests.length).toBe(1);
  await pass(2);
  expect(server.requests.length).toBe(2);
  expect(lastEventId()).toBe('c9');
  expect(state()).toBe('connecting');

  const gaps: number[] = [];
  for (let i = 0; i < 8; i++) {
    const before = server.requests.length;
    server.last.break();
    let waited = 0;
    while (server.requests.length === before && waited < 60_000) {
      await pass(100);
      waited += 100;
    }

    gaps.push(waited);
  }

  expect(gaps).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000, 15_000]);
});

test('a stream that dies as soon as it lives does not make a storm', async () => {
  for (let i = 0; i < 50; i++) {
    server.last.open();
    await pass(1);
    server.last.break();
    await pass(200);
  }

  expect(server.requests.length).toBeLessThan(8);
});

test('no byte for two and a half heartbeats means that it is dead', async () => {
  await live();
  for (let i = 0; i < 4; i++) {
    await pass(25_000);
    server.last.write(':\n\n');
  }

  await pass(1);
  expect(server.requests.length).toBe(1);
  await pass(63_001);
  expect(server.requests.length).toBe(2);
  expect(lastEventId()).toBe('c0');
});

test('where no first byte comes twice, it polls; and tries a stream again later', async () => {
  await pass(5_001);
  expect(server.requests.length).toBe(2);
  server.last.open(''); // headers, and nothing more: as a proxy does that buffers
  await pass(5_001);
  expect(server.last.isStream).toBe(false);
  expect(server.last.url).toBe('http://x/events?after=start&wait=0');
  server.last.json(200, { events: [{ type: 'directory' }], cursor: 'p1' });
  await pass(1);
  expect(statuses.at(-1)).toMatchObject({ state: 'live', mode: 'poll' });
  expect(events).toEqual([{ type: 'directory' }]);
  expect(server.last.url).toBe('http://x/events?after=p1&wait=55');

  for (let i = 0; i < 2; i++) {
    await pass(55_000);
    server.last.json(200, { events: [], cursor: `q${i}` });
    await pass(1);
  }

  expect(server.last.isStream).toBe(true);
  expect(lastEventId()).toBe('q1');
});

test('a proxy that lets only the beginning through is found out: by a heartbeat that is missed, or by an event that has to come', async () => {
  for (let i = 0; i < 2; i++) {
    expect(server.last.isStream).toBe(true);
    server.last.open();
    await pass(62_501 + 500);
  }

  expect(server.requests.length).toBe(3);
  expect(server.last.isStream).toBe(false);
});

test('an event that has to come and does not, twice, means polling; one that came before the answer counts', async () => {
  await live();
  const before = Date.now();
  server.last.event('directory');
  await pass(10);
  feed.expect(before);
  await pass(6_000);
  expect(server.requests.length).toBe(1);
  feed.expect(Date.now());
  await pass(5_001);
  expect(server.requests.length).toBe(2);
  server.last.open();
  await pass(1);
  feed.expect(Date.now() + 1);
  await pass(5_001);
  expect(server.last.isStream).toBe(false);
});

async function polling() {
  await pass(5_001);
  await pass(5_001);
  server.last.json(200, { events: [], cursor: 'p' });
  await pass(1);
}

test('a poll that is cut is asked for shorter', async () => {
  await polling();
  await pass(20_000);
  server.last.break();
  await pass(501);
  expect(server.last.url).toContain('wait=0');
  server.last.json(200, { events: [], cursor: 'p2' });
  await pass(1);
  expect(server.last.url).toContain('wait=16');
});

test('a proxy that gives up waiting cuts a poll too; a server that says no does not', async () => {
  await polling();
  await pass(30_000);
  server.last.problem(503, 'store-unavailable');
  await pass(501);
  server.last.json(200, { events: [], cursor: 'p2' });
  await pass(1);
  expect(server.last.url).toContain('wait=55');
  await pass(20_000);
  server.last.json(504, 'Gateway Time-out');
  await pass(501);
  server.last.json(200, { events: [], cursor: 'p3' });
  await pass(1);
  expect(server.last.url).toContain('wait=16');
});

test('a stream cut after a silence is asked for with a shorter one, and lives', async () => {
  await live();
  await pass(4_000);
  server.last.break(); // silent for 10 s
  await pass(501);
  expect(server.last.url).toBe('http://x/events?heartbeat=7');
  server.last.open();
  for (let i = 0; i < 5; i++) {
    await pass(7_000);
    server.last.write(':\n\n');
  }

  await pass(1);
  expect(server.requests.length).toBe(2);
  await pass(17_501 + 500);
  expect(server.requests.length).toBe(3); // two and a half of its own heartbeats
});

test('where every stream is ended after the same time, it is opened again at once, and said so until one lives longer', async () => {
  for (let i = 0; i < 4; i++) {
    server.last.open();
    await pass(25_000);
    server.last.write(':\n\n');
    await pass(5_000);
    server.last.break();
    await pass(i === 0 ? 501 : 1);
    expect(server.requests.length, `after ${i + 1}`).toBe(i + 2);
  }

  expect(server.last.url).toBe('http://x/events?heartbeat=25');
  server.last.open();
  await pass(1);
  expect(statuses.at(-1)).toMatchObject({ state: 'live', mode: 'stream', way: { endsAfter: 30 } });
  await pass(25_000);
  server.last.write(':\n\n');
  await pass(25_000);
  server.last.write(':\n\n');
  await pass(1);
  expect(statuses.at(-1)!.way).not.toHaveProperty('endsAfter');
});

test('who has no answer elsewhere and hears nothing here opens it again, and not over and over', async () => {
  await live();
  feed.doubt();
  await pass(1);
  expect(server.requests.length).toBe(2);
  await live();
  feed.doubt(); // the server is merely busy
  await pass(1);
  expect(server.requests.length).toBe(2);
  await pass(40_000);
  server.last.event('directory');
  await pass(1);
  feed.doubt(); // it was heard just now
  await pass(1);
  expect(server.requests.length).toBe(2);
});

test('replaced rests until the person wants it here', async () => {
  await live();
  server.last.event('replaced', {}, 'c5');
  await pass(120_000);
  expect(state()).toBe('replaced');
  expect(server.requests.length).toBe(1);
  feed.wake();
  feed.reconnect();
  await pass(1);
  expect(server.requests.length).toBe(1);
  feed.resume();
  await pass(1);
  expect(server.requests.length).toBe(2);
});

test('resync is told, and its cursor is the next one', async () => {
  await live();
  server.last.write('id: fresh\nevent: resync\ndata: {"cursor":"fresh"}\n\n');
  await pass(1);
  expect(events).toEqual([{ type: 'resync', cursor: 'fresh' }]);
  expect(server.requests.length).toBe(2);
  expect(lastEventId()).toBe('fresh');
});

test('a cursor that is none means fetching all and going on from now', async () => {
  server.last.problem(422, 'invalid');
  await pass(1);
  expect(events).toEqual([{ type: 'resync' }]);
  expect(server.requests.length).toBe(2);
  expect(lastEventId()).toBeUndefined();
});

test('moved reconnects at once', async () => {
  await live();
  server.last.event('moved');
  await pass(1);
  expect(server.requests.length).toBe(2);
});

test('signedOut, and 401, end it', async () => {
  await live();
  server.last.event('signedOut');
  await pass(60_000);
  expect(state()).toBe('signedOut');
  expect(server.requests.length).toBe(1);
});

test('noPlace and 429 say the limit and try again when they were told to', async () => {
  await live();
  server.last.event('noPlace', { limit: 3 });
  await pass(1);
  expect(statuses.at(-1)).toMatchObject({ state: 'full', limit: 3 });
  await pass(15_001);
  server.last.problem(429, 'max-connected-users', { 'Retry-After': '9' }, { limit: { option: 'o', value: 4 } });
  await pass(1);
  expect(statuses.at(-1)).toMatchObject({ state: 'full', limit: 4, retryAt: Date.now() + 8_999 });
  await pass(8_000);
  expect(server.requests.length).toBe(2);
  await pass(1_001);
  expect(server.requests.length).toBe(3);
  server.last.open();
  await pass(1);
  expect(state()).toBe('live');
});

test('503 with Retry-After is waited for', async () => {
  server.last.problem(503, 'store-unavailable', { 'Retry-After': '4' });
  await pass(3_900);
  expect(server.requests.length).toBe(1);
  await pass(200);
  expect(server.requests.length).toBe(2);
});

test('waking ends a pause; after the network was away an open stream is not believed', async () => {
  server.last.break();
  await pass(501);
  server.last.break();
  await pass(1);
  expect(server.requests.length).toBe(2);
  feed.wake();
  await pass(1);
  expect(server.requests.length).toBe(3);
  await live();
  feed.wake();
  await pass(1);
  expect(server.requests.length).toBe(3);
  feed.reconnect();
  await pass(1);
  expect(server.requests.length).toBe(4);
  expect(server.requests[2]!.signal?.aborted).toBe(true);
});

test('stop ends the request', async () => {
  await live();
  feed.stop();
  await pass(60_000);
  expect(server.requests.length).toBe(1);
  expect(server.last.signal?.aborted).toBe(true);
});

test('maintenance is said, and who was told when to come back comes then, not before', async () => {
  await live();
  server.last.event('maintenance', { retryAfter: 30 });
  await pass(1);
  expect(state()).toBe('maintenance');
  feed.wake();
  await pass(29_900);
  expect(server.requests.length).toBe(1);
  await pass(200);
  expect(server.requests.length).toBe(2);
  server.last.problem(503, 'maintenance', { 'Retry-After': '25' });
  await pass(24_900);
  expect(server.requests.length).toBe(2);
  expect(statuses.slice(-2).map((status) => status.state)).toEqual(['live', 'maintenance']);
  await pass(200);
  await live();
});
