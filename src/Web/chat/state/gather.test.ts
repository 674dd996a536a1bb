import { expect, test } from 'vitest';
import { Gather } from './gather';

function setUp() {
  const handled: number[] = [];
  const frames: (() => void)[] = [];
  const gather = new Gather<number>((item) => handled.push(item), (done) => frames.push(done));
  return { gather, handled, frame: () => frames.shift()?.(), frames };
}

test('what comes alone goes through at once; what follows waits for the frame, in order', () => {
  const { gather, handled, frame, frames } = setUp();
  gather.push(1);
  expect(handled).toEqual([1]);
  gather.push(2);
  gather.push(3);
  expect(handled).toEqual([1]);
  frame();
  expect(handled).toEqual([1, 2, 3]);
  gather.push(4);
  expect(handled).toEqual([1, 2, 3]);
  frame();
  frame();
  expect(handled).toEqual([1, 2, 3, 4]);
  expect(frames).toEqual([]);
  gather.push(5);
  expect(handled.at(-1)).toBe(5);
});

test('what is cleared does not come', () => {
  const { gather, handled, frame } = setUp();
  gather.push(1);
  gather.push(2);
  gather.clear();
  frame();
  expect(handled).toEqual([1]);
});
