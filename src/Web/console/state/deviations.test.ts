import { expect, test } from 'vitest';
import type { NodeItem, NodeSettings, Option } from '../api/contracts';
import { deviations, follows, standing } from './deviations';

const option = (key: string, byNode: boolean): Option => ({ key, type: 'number', default: 1, byNode, english: '', french: '' });
const options = [option('contacts.max', false), option('limits.a', true), option('limits.b', true), option('limits.c', true)];

const node: NodeItem = { name: 'node-a1', policySet: 'a', alive: true, draining: false, upToDate: true };

const settings = (said: Partial<NodeSettings>): NodeSettings => ({
  name: 'node-a1', policySet: 'a', requestedOptions: { 'contacts.max': 3, 'limits.a': 60, 'limits.b': 50 }, locked: [], effective: { 'contacts.max': 3, 'limits.a': 5, 'limits.b': 50 }, differences: [], ...said,
});

test('what the local file says is beside what is requested, in force or not, and why not', () => {
  const found = deviations(settings({
    locked: ['limits.b'],
    differences: [{ key: 'limits.a', requested: 60, effective: 5, source: 'localFile', because: 'it says so' }],
    notApplied: { 'limits.c': 'It must be less.', 'limits.b': 'Policy set a locks it.', 'contacts.max': 'A node may not override it.', 'limits.typo': 'It is not an option.' },
  }), options);
  expect(found.map(({ key, requested, effective, reason }) => [key, requested, effective, reason])).toEqual([
    ['contacts.max', 3, 3, 'notByNode'],
    ['limits.a', 60, 5, 'localFile'],
    ['limits.b', 50, 50, 'locked'],
    ['limits.c', undefined, undefined, 'wrongLocal'],
    ['limits.typo', undefined, undefined, 'noOption'],
  ]);
  expect(found[3]!.because).toBe('It must be less.');
});

test('a key that the node does not know is told once', () => {
  const difference = { key: 'limits.new', requested: 1, source: 'unknown' as const, because: 'it does not know it' };
  expect(deviations(settings({ differences: [difference], unknown: ['limits.new', 'limits.newer'] }), options).map(({ key, reason }) => [key, reason]))
    .toEqual([['limits.new', 'unknown'], ['limits.newer', 'unknown']]);
});

test('a node that has told nothing differs nowhere', () => {
  expect(deviations({ name: 'node-a1', policySet: 'a', requestedOptions: {}, locked: [], differences: [] }, options)).toEqual([]);
});

test('a node is there, draining as soon as that is asked for, or away', () => {
  expect([node, { ...node, draining: true }, { ...node, drainRequestedAt: '2026-01-01T00:00:00Z' }, { ...node, alive: false, draining: true }].map(standing))
    .toEqual(['there', 'draining', 'draining', 'away']);
});

test('a node has its settings, refuses them or has yet to apply them; of one that is away nothing is known', () => {
  const behind = { ...node, upToDate: false };
  expect([node, behind, { ...behind, refused: 'limits.a is wrong' }, { ...behind, alive: false }].map(follows)).toEqual(['upToDate', 'behind', 'refuses', undefined]);
});
