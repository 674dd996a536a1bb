import { expect, test } from 'vitest';
import type { Feed, FeedOptions } from './feed';
import { FeedHub, type Tell } from './hub';

class FakeFeed {
  status = { state: 'connecting', mode: 'stream' } as const;
  calls: string[] = [];
  constructor(readonly options: FeedOptions) {}
  stop = () => void this.calls.push('stop');
  wake = () => void this.calls.push('wake');
  reconnect = () => void this.calls.push('reconnect');
  resume = () => void this.calls.push('resume');
}

function setUp() {
  const feeds: FakeFeed[] = [];
  const hub = new FeedHub((options) => {
    const feed = new FakeFeed(options);
    feeds.push(feed);
    return feed as unknown as Feed;
  });
  const tab = () => {
    const told: Tell[] = [];
    const listener = (tell: Tell) => void told.push(tell);
    return { told, ask: (ask: Parameters<FeedHub['ask']>[1]) => hub.ask(listener, ask) };
  };
  return { feeds, tab };
}

const join = (session: string, cursor = 'c') => ({ op: 'join' as const, session, url: 'u', cursor });

test('tabs of one session share one feed, and each is told everything', () => {
  const { feeds, tab } = setUp();
  const [one, two] = [tab(), tab()];
  one.ask(join('s', 'c1'));
  two.ask(join('s', 'c2'));
  expect(feeds.length).toBe(1);
  expect(feeds[0]!.options.cursor).toBe('c1');
  feeds[0]!.options.onEvent({ type: 'directory' });
  for (const { told } of [one, two]) expect(told).toEqual([{ status: feeds[0]!.status }, { event: { type: 'directory' } }]);
});

test('the feed ends with the last tab and not before', () => {
  const { feeds, tab } = setUp();
  const [one, two] = [tab(), tab()];
  one.ask(join('s'));
  two.ask(join('s'));
  one.ask({ op: 'leave' });
  expect(feeds[0]!.calls).not.toContain('stop');
  two.ask({ op: 'leave' });
  expect(feeds[0]!.calls).toContain('stop');
});

test('another session gets another feed: nothing of one person reaches the other', () => {
  const { feeds, tab } = setUp();
  const [one, two] = [tab(), tab()];
  one.ask(join('ann'));
  one.ask({ op: 'end' });
  two.ask(join('ben'));
  expect(feeds.length).toBe(2);
  expect(feeds[0]!.calls).toContain('stop');
  feeds[1]!.options.onEvent({ type: 'directory' });
  expect(one.told.length).toBe(1);
});

test('a tab of another session takes over: there is one cookie', () => {
  const { feeds, tab } = setUp();
  const ann = tab();
  ann.ask(join('ann'));
  tab().ask(join('ben', 'c9'));
  expect(ann.told.at(-1)).toEqual({ status: { state: 'signedOut', mode: 'stream' } });
  feeds[1]!.options.onEvent({ type: 'directory' });
  expect(ann.told.length).toBe(2);
  expect(feeds.length).toBe(2);
  expect(feeds[0]!.calls).toContain('stop');
  expect(feeds[1]!.options.cursor).toBe('c9');
});

test('signing out in one tab signs out the others', () => {
  const { tab } = setUp();
  const [one, two] = [tab(), tab()];
  one.ask(join('s'));
  two.ask(join('s'));
  one.ask({ op: 'end' });
  expect(two.told.at(-1)).toEqual({ status: { state: 'signedOut', mode: 'stream' } });
});

test('who joins later is told who is there, as it is known now', () => {
  const { feeds, tab } = setUp();
  const [one, two, three] = [tab(), tab(), tab()];
  const see = (status: 'online' | 'away') => feeds[0]!.options.onEvent({ type: 'presence', items: [{ userId: '2', status, reason: 'lunch' }] });
  one.ask(join('s'));
  see('online');
  see('away');
  two.ask(join('s'));
  expect(two.told.at(-1)).toEqual({ event: { type: 'presence', items: [{ userId: '2', status: 'away', reason: 'lunch' }] } });
  feeds[0]!.options.onEvent({ type: 'resync' });
  three.ask(join('s'));
  expect(three.told).toEqual([{ status: feeds[0]!.status }]);
});

test('whoever does something in one tab is there for the others too', () => {
  const { tab } = setUp();
  const [one, two] = [tab(), tab()];
  one.ask(join('s'));
  two.ask(join('s'));
  one.ask({ op: 'active' });
  expect(two.told.at(-1)).toEqual({ active: true });
  expect(one.told).not.toContainEqual({ active: true });
});
