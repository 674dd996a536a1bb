import { expect, test } from 'vitest';
import { Way } from './way';

const second = 1_000;

/** Streams through something that ends each after `total` seconds and after `silence` without a byte: their ages, in seconds. */
function streams(way: Way, total: number, silence: number, count = 8): number[] {
  return Array.from({ length: count }, () => {
    const { heartbeat } = way.facts;
    const age = heartbeat >= silence ? Math.min(silence, total) : total;
    const beats = heartbeat >= silence ? 0 : Math.floor((age - 0.001) / heartbeat);
    way.streamCut({ age: age * second, silence: (age - beats * heartbeat) * second, survived: beats > 0 ? heartbeat * second : 0 });
    return age;
  });
}

/** Polls through something that ends each after `total` seconds: how many are cut. */
function polls(way: Way, total: number, count: number): number {
  let cut = 0;
  for (let i = 0; i < count; i++) {
    const { wait } = way.facts;
    if (wait < total) way.pollHeld(wait);
    else {
      cut++;
      way.pollCut(total * second, wait);
    }
  }

  return cut;
}

test('whatever silence is cut, the heartbeat gets below it', () => {
  for (let silence = 6; silence <= 60; silence++) {
    const way = new Way();
    streams(way, 500, silence);
    expect(way.facts.heartbeat, `${silence} s`).toBeLessThan(silence);
    expect(way.facts.endsAfter, `${silence} s`).not.toBe(silence);
  }
});

test('after a long life more silence is tried again', () => {
  const way = new Way();
  streams(way, 500, 10);
  expect(way.facts.heartbeat).toBe(7);
  for (const expected of [11, 17, 25, 25]) {
    way.streamCut({ age: 3_600 * second, silence: 2 * second, survived: 7 * second });
    expect(way.facts.heartbeat).toBe(expected);
  }
});

test('whatever the time after which each is ended, it is known in the end, and the heartbeat is not to blame', () => {
  for (const total of [4, 5, 10, 20, 30, 60, 120, 300]) {
    const way = new Way();
    streams(way, total, 86_400);
    expect(way.facts.endsAfter, `${total} s`).toBe(total);
  }
});

test('where connections are cut, not requests, streams on used ones end earlier, and that is no surprise', () => {
  const way = new Way();
  const ages = [5, 3.2, 5.01, 4.1, 3.5, 5];
  const expected = ages.map((age) => way.streamCut({ age: age * second, silence: second, survived: 4 * second }));
  expect(expected).toEqual([false, false, true, true, true, true]);
  expect(way.facts.endsAfter).toBe(5);
  expect(way.streamCut({ age: second, silence: second, survived: 0 })).toBe(false); // whatever that was, it was not the habit
});

test('streams that end now and then, at any age, are no habit', () => {
  const way = new Way();
  for (const age of [100, 260, 90, 400, 33]) expect(way.streamCut({ age: age * second, silence: 10 * second, survived: 25 * second })).toBe(false);
  expect(way.facts).toEqual({ heartbeat: 25, wait: 55 });
});

test('polls find a hold that comes through, and try a longer one ever more rarely', () => {
  for (const total of [5, 20, 30, 45]) {
    const way = new Way();
    polls(way, total, 20);
    expect(way.facts.wait).toBeLessThan(total);
    expect(polls(way, total, 400), `${total} s`).toBeLessThan(12);
  }
});

test('where more comes through again, polls get longer again', () => {
  const way = new Way();
  polls(way, 20, 10);
  polls(way, 60, 200);
  expect(way.facts.wait).toBe(55);
});

test('one poll that is lost by accident changes nothing', () => {
  const way = new Way();
  way.pollHeld(55);
  way.pollCut(9 * second, 55);
  expect(way.facts.wait).toBe(55);
  way.pollCut(9 * second, 55);
  expect(way.facts.wait).toBe(7);
});

test('another network is another way', () => {
  const way = new Way();
  streams(way, 10, 86_400);
  polls(way, 20, 3);
  way.forget();
  expect(way.facts).toEqual({ heartbeat: 25, wait: 55 });
});
