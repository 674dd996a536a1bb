import { expect, test } from 'vitest';
import { initials, toneOf, tones } from './initials';

test.each([['Ann Meyer', 'AM'], ['benoît', 'B'], ['Dr. Wilhelmina van der Berg-Österreich', 'DÖ'], ['陈美玲', '陈'], ['', '?'], ['🙂', '?'], ['<b>x</b>', 'B']])('%s is shown as %s', (name, expected) => {
  expect(initials(name)).toBe(expected);
});

test('a tone is stable, and all of them are used', () => {
  const all = Array.from({ length: 400 }, (_, id) => toneOf(String(id)));
  expect(toneOf('42')).toBe(toneOf('42'));
  expect(new Set(all).size).toBe(tones);
});
