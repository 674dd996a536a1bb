import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NetworkError } from '../../chat/api/problem';
import { ConsoleApi } from '../api/api';
import { Nodes, pause } from './nodes.svelte';

/** A control that knows two nodes, and can be away. */
class FakeControl {
  isAway = false;
  asked: string[] = [];
  readonly nodes = new Nodes(new ConsoleApi('/', (path) => (this.asked.push(path), this.isAway ? Promise.reject(new TypeError()) : Promise.resolve(answer(path)))), (work) => work());
}

/** A tab that can be put behind others. */
class FakeTab extends EventTarget {
  hidden = false;

  show(isShown: boolean): void {
    this.hidden = !isShown;
    this.dispatchEvent(new Event('visibilitychange'));
  }

  watchedBy(nodes: Nodes): () => void {
    return nodes.watch(this as unknown as Document);
  }
}

function answer(path: string): Response {
  if (path === '/nodes') return Response.json({ items: [{ name: 'node-a1' }, { name: 'node-a2' }] });
  if (path === '/nodes/node-a1/settings') return Response.json({ name: 'node-a1', differences: [] });
  return Response.json({ type: 'https://x/not-found' }, { status: 404 });
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the list is read again every few seconds, and no more when nobody watches', async () => {
  const control = new FakeControl();
  const stop = new FakeTab().watchedBy(control.nodes);
  await vi.advanceTimersByTimeAsync(2 * pause + 100);
  expect(control.asked).toEqual(['/nodes', '/nodes', '/nodes']);
  expect(control.nodes.list?.map(({ name }) => name)).toEqual(['node-a1', 'node-a2']);
  stop();
  await vi.advanceTimersByTimeAsync(5 * pause);
  expect(control.asked.length).toBe(3);
});

test('a tab that is hidden asks nothing, and at once when it is seen again', async () => {
  const control = new FakeControl();
  const tab = new FakeTab();
  const stop = tab.watchedBy(control.nodes);
  await vi.advanceTimersByTimeAsync(100);
  tab.show(false);
  await vi.advanceTimersByTimeAsync(5 * pause);
  expect(control.asked.length).toBe(1);
  tab.show(true);
  await vi.advanceTimersByTimeAsync(100);
  expect(control.asked.length).toBe(2);
  stop();
});

test('a control that is away is told, what was read stays, and it goes on when control is back', async () => {
  const control = new FakeControl();
  const stop = new FakeTab().watchedBy(control.nodes);
  await vi.advanceTimersByTimeAsync(100);
  const { readAt } = control.nodes;
  control.isAway = true;
  await vi.advanceTimersByTimeAsync(pause);
  expect(control.nodes.problem).toBeInstanceOf(NetworkError);
  expect([control.nodes.list?.length, control.nodes.readAt]).toEqual([2, readAt]);
  control.isAway = false;
  await vi.advanceTimersByTimeAsync(pause);
  expect(control.nodes.problem).toBeUndefined();
  expect(control.nodes.readAt).not.toBe(readAt);
  stop();
});

test('one node is read with its settings; one that is not there is told', async () => {
  const { nodes } = new FakeControl();
  nodes.choose('node-a1');
  await nodes.refresh();
  expect([nodes.node?.name, nodes.settings?.name]).toEqual(['node-a1', 'node-a1']);
  nodes.choose('none');
  expect(nodes.settings).toBeUndefined();
  await nodes.refresh();
  expect(nodes.problem).toMatchObject({ code: 'not-found' });
});

test('what comes late of a node that is no longer looked at is passed over', async () => {
  const { nodes } = new FakeControl();
  nodes.choose('node-a1');
  const late = nodes.refresh();
  nodes.choose('node-a2');
  await late;
  expect(nodes.settings).toBeUndefined();
});
