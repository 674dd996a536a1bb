import { expect, test } from 'vitest';
import { ConsoleApi } from '../api/api';
import type { Change, Option, Value } from '../api/contracts';
import { Sheet } from './sheet.svelte';

const option = (key: string, type: Option['type'], value: Value, more: Partial<Option> = {}): Option => ({ key, type, default: value, byNode: false, english: key, french: key, ...more });
const most = option('contacts.max', 'number', 200, { minimum: 0, maximum: 10_000 });
const alias = option('contacts.allowAlias', 'flag', true);
const friends = option('contacts.autoAdd', 'list', []);
const options = [most, alias, friends];

/** A control whose cluster says 100 contacts, and whose policy set `a` says 3. */
class FakeControl {
  cluster: Record<string, Value> = { 'contacts.max': 100 };
  said: Record<string, Value> = { 'contacts.max': 3 };
  revision = 1;
  refusal: { status: number; body: object } | undefined;
  asked: { method: string; path: string; body: unknown; ifMatch: string | null }[] = [];

  readonly api = new ConsoleApi('/', (path, init) => Promise.resolve(this.answer(path, init ?? {})));

  /** Another administrator saves. */
  save(changes: Record<string, Value | null>): void {
    for (const [key, value] of Object.entries(changes)) {
      if (value === null) delete this.said[key];
      else this.said[key] = value;
    }

    this.revision++;
  }

  private answer(path: string, init: RequestInit): Response {
    const method = init.method ?? 'GET';
    const ifMatch = new Headers(init.headers).get('If-Match');
    const body = init.body ? JSON.parse(String(init.body)) : undefined;
    this.asked.push({ method, path, body, ifMatch });
    if (path === '/cluster-defaults') return this.document(this.cluster, { 'contacts.allowAlias': true, 'contacts.autoAdd': [], ...this.cluster });
    if (method !== 'PUT') return this.document(this.said, {});
    if (this.refusal) return Response.json(this.refusal.body, { status: this.refusal.status });
    if (path.endsWith('dryRun=true')) return Response.json({ policySets: [], nodes: [], people: { connected: 0, atHome: 0 }, over: [] });
    if (ifMatch !== this.etag) return Response.json({ revision: this.revision, author: 'eve', savedAt: '2026-01-01T00:00:00Z', changes: {} satisfies Record<string, Change> }, { status: 412 });
    this.save(body.options);
    return this.document(this.said, {});
  }

  private get etag(): string {
    return `"e.${this.revision}"`;
  }

  private document(options: Record<string, Value>, effective: Record<string, Value>): Response {
    return Response.json({ revision: this.revision, options, effective }, { headers: { ETag: this.etag } });
  }
}

async function opened(): Promise<{ control: FakeControl; sheet: Sheet }> {
  const control = new FakeControl();
  const sheet = new Sheet(control.api, 'policy-sets/a', options);
  await sheet.load();
  return { control, sheet };
}

test('a value is the own one, else what the cluster says, else that of the catalogue', async () => {
  const { sheet } = await opened();
  expect([sheet.value(most), sheet.isOwn(most.key), sheet.inherited(most)]).toEqual([3, true, 100]);
  expect([sheet.value(alias), sheet.isOwn(alias.key)]).toEqual([true, false]);
  sheet.inherit(most.key);
  expect([sheet.value(most), sheet.isOwn(most.key), sheet.edits]).toEqual([100, false, { 'contacts.max': null }]);
});

test('the cluster inherits from the catalogue', async () => {
  const sheet = new Sheet(new FakeControl().api, 'cluster-defaults', options);
  await sheet.load();
  expect([sheet.value(most), sheet.inherited(most)]).toEqual([100, 200]);
});

test('what is as it was saved is no change', async () => {
  const { sheet } = await opened();
  sheet.set(most.key, 5);
  sheet.set(friends.key, ['bob']);
  sheet.inherit(alias.key);
  expect(sheet.changed).toEqual([most.key, friends.key]);
  sheet.set(most.key, 3);
  sheet.undo(friends.key);
  expect(sheet.changed).toEqual([]);
});

test('the inherited value can be set as an own one', async () => {
  const { sheet } = await opened();
  sheet.set(alias.key, true);
  expect(sheet.edits).toEqual({ 'contacts.allowAlias': true });
});

test('saving sends the changes only, with the tag that was read', async () => {
  const { control, sheet } = await opened();
  sheet.set(most.key, 5);
  sheet.comment = ' more ';
  expect(await sheet.save()).toBe(true);
  expect(control.asked.at(-1)).toEqual({ method: 'PUT', path: '/policy-sets/a', body: { options: { 'contacts.max': 5 }, comment: 'more' }, ifMatch: '"e.1"' });
  expect([sheet.changed, sheet.comment, sheet.value(most), sheet.saved?.document.revision]).toEqual([[], '', 5, 2]);
});

test('what is changed while it is being saved stays a change', async () => {
  const { sheet } = await opened();
  sheet.set(most.key, 5);
  const saving = sheet.save();
  sheet.set(most.key, 6);
  await saving;
  expect(sheet.edits).toEqual({ 'contacts.max': 6 });
});

test('a conflict keeps the own changes, which can be saved upon what others did', async () => {
  const { control, sheet } = await opened();
  sheet.set(most.key, 5);
  sheet.set(friends.key, ['bob']);
  control.save({ 'contacts.autoAdd': ['bob'], 'contacts.allowAlias': false });
  expect(await sheet.save()).toBe(false);
  expect([sheet.conflict?.author, sheet.changed]).toEqual(['eve', [most.key, friends.key]]);

  await sheet.takeTheirs();
  expect([sheet.conflict, sheet.edits, sheet.value(alias)]).toEqual([undefined, { 'contacts.max': 5 }, false]);
  expect(await sheet.save()).toBe(true);
  expect(control.said).toEqual({ 'contacts.max': 5, 'contacts.autoAdd': ['bob'], 'contacts.allowAlias': false });
});

test('a form that is opened again with changes is not moved to what others saved unseen', async () => {
  const { control, sheet } = await opened();
  sheet.set(most.key, 5);
  control.save({ 'contacts.max': 4 });
  await sheet.load();
  expect(await sheet.save()).toBe(false);
  expect(sheet.conflict).toBeDefined();
  sheet.discard();
  await sheet.load();
  expect(sheet.value(most)).toBe(4);
});

test('what the server finds wrong is told at the option until that is changed', async () => {
  const { control, sheet } = await opened();
  control.refusal = { status: 422, body: { errors: { 'contacts.autoAdd': ['has a text twice.'] } } };
  sheet.set(friends.key, ['bob', 'bob']);
  expect(await sheet.save()).toBe(false);
  expect([sheet.errors, sheet.wrong, sheet.hasWrongEdits]).toEqual([{ 'contacts.autoAdd': 'has a text twice.' }, [friends], false]);
  sheet.set(friends.key, ['bob']);
  expect(sheet.wrong).toEqual([]);
});

test('a number that is none or out of range is known to be wrong', async () => {
  const { sheet } = await opened();
  for (const wrong of ['', '3x', -1, 10_001]) {
    sheet.set(most.key, wrong);
    expect(sheet.hasWrongEdits).toBe(true);
  }

  sheet.set(most.key, 10_000);
  expect(sheet.hasWrongEdits).toBe(false);
});

test('what a change would touch is forgotten with the next change', async () => {
  const { sheet } = await opened();
  sheet.set(most.key, 5);
  await sheet.tryOut();
  expect(sheet.impact).toBeDefined();
  sheet.set(most.key, 6);
  expect(sheet.impact).toBeUndefined();
});

test('what is no answer about values is no conflict', async () => {
  const { control, sheet } = await opened();
  sheet.set(most.key, 5);
  control.refusal = { status: 503, body: { type: 'https://x/store-unavailable' } };
  await expect(sheet.save()).rejects.toMatchObject({ code: 'store-unavailable' });
  expect(sheet.changed).toEqual([most.key]);
});
