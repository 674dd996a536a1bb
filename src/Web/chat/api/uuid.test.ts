import { expect, test } from 'vitest';
import { uuid } from './uuid';

test('a later one sorts after an earlier one', () => {
  const ids = [1, 2 ** 32 - 1, 2 ** 32, 1_763_000_000_000, 1_763_000_000_001, 2 ** 47].map((now) => uuid(now));
  expect(ids).toEqual([...ids].sort());
  expect(ids[3]!.slice(0, 15)).toBe('019a7afd-1e00-7');
});

test('each one of a moment is another one', () => {
  const ids = Array.from({ length: 1_000 }, () => uuid(5));
  expect(new Set(ids).size).toBe(1_000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
