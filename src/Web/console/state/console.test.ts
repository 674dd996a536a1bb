import { expect, test } from 'vitest';
import { ConsoleApi } from '../api/api';
import { Console } from './console.svelte';

/** A control with one administrator and one policy set, whose sessions can be ended. */
class FakeControl {
  isSignedIn = false;
  isAway = false;
  readonly api = new ConsoleApi('/', (path, init) => (this.isAway ? Promise.reject(new TypeError()) : Promise.resolve(this.answer(path, init ?? {}))));

  private answer(path: string, init: RequestInit): Response {
    if (path === '/session' && init.method === 'POST') {
      if (JSON.parse(String(init.body)).password !== 'right') return Response.json({ type: 'https://x/invalid-credentials' }, { status: 401 });
      this.isSignedIn = true;
      return Response.json({}, { status: 201 });
    }

    if (!this.isSignedIn) return Response.json({ type: 'https://x/no-session' }, { status: 401 });
    if (path === '/session') {
      this.isSignedIn = false;
      return new Response(null, { status: 204 });
    }

    if (path === '/catalogue') return Response.json({ items: [{ key: 'contacts.max', type: 'number', default: 200, english: '', french: '' }] });
    if (path === '/policy-sets') return Response.json({ items: [{ key: 'a', prefix: 'a', revision: 1 }] });
    return Response.json({ revision: 1, options: {}, effective: {} }, { headers: { ETag: '"e.1"' } });
  }
}

async function signedIn(): Promise<{ control: FakeControl; desk: Console }> {
  const control = new FakeControl();
  const desk = new Console(control.api);
  await desk.start();
  expect(desk.phase).toBe('signedOut');
  await desk.signIn('root', 'right');
  return { control, desk };
}

test('who signs in sees the cluster; a wrong password is told', async () => {
  const { desk } = await signedIn();
  expect([desk.phase, desk.open?.path]).toEqual(['signedIn', 'cluster-defaults']);
  const other = new Console(new FakeControl().api);
  await expect(other.signIn('root', 'wrong')).rejects.toMatchObject({ code: 'invalid-credentials' });
});

test('a sheet that is not there leads to the cluster', async () => {
  const { desk } = await signedIn();
  await desk.go('policy-sets/a');
  expect(desk.open?.path).toBe('policy-sets/a');
  await desk.go('policy-sets/none');
  expect(desk.open?.path).toBe('cluster-defaults');
});

test('the nodes, or one of them, are looked at instead of a sheet', async () => {
  const { desk } = await signedIn();
  await desk.go('nodes/node-a1');
  expect([desk.isAtNodes, desk.nodes.chosen, desk.open]).toEqual([true, 'node-a1', undefined]);
  await desk.go('nodes');
  expect([desk.isAtNodes, desk.nodes.chosen, desk.nodes.left]).toEqual([true, undefined, 'node-a1']);
  await desk.go('policy-sets/a');
  expect([desk.isAtNodes, desk.open?.path]).toEqual([false, 'policy-sets/a']);
});

test('changes of a sheet stay while another one is open', async () => {
  const { desk } = await signedIn();
  await desk.go('policy-sets/a');
  desk.open!.set('contacts.max', 5);
  await desk.go('cluster-defaults');
  expect([desk.changesOf('policy-sets/a'), desk.changesOf('cluster-defaults'), desk.hasChanges]).toEqual([1, 0, true]);
  await desk.go('policy-sets/a');
  expect(desk.open!.edits).toEqual({ 'contacts.max': 5 });
});

test('a session that ends by itself asks to sign in again and keeps the changes; signing out drops them', async () => {
  const { control, desk } = await signedIn();
  desk.open!.set('contacts.max', 5);
  control.isSignedIn = false;
  await desk.go('cluster-defaults');
  expect([desk.phase, desk.wasSignedIn]).toEqual(['signedOut', true]);
  await desk.signIn('root', 'right');
  expect(desk.open!.edits).toEqual({ 'contacts.max': 5 });
  await desk.signOut();
  expect([desk.phase, desk.wasSignedIn, desk.hasChanges, control.isSignedIn]).toEqual(['signedOut', false, false, false]);
});

test('a control that does not answer is told, and asked again', async () => {
  const { control, desk } = await signedIn();
  control.isAway = true;
  await desk.go('policy-sets/a');
  expect(desk.problem).toBeDefined();
  control.isAway = false;
  await desk.start();
  expect([desk.problem, desk.open?.saved?.etag]).toEqual([undefined, '"e.1"']);
});
