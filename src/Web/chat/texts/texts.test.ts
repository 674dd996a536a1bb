import { expect, test } from 'vitest';
import { NetworkError, ProblemError } from '../api/problem';
import { en } from './en';
import { daysAgo, dayName, shortly } from './format';
import { fr } from './fr';
import { firstKnown } from './language.svelte';
import { inWords, passwordRule } from './problems';

const words = { today: 'Today', yesterday: 'Yesterday' };
const now = new Date(2026, 2, 30, 0, 30); // just after midnight, the day after clocks went forward in Europe

test('numbers have the form that their language gives them', () => {
  expect([0, 1, 2].map((n) => en.unread(n, String(n)))).toEqual(['0 unread messages', '1 unread message', '2 unread messages']);
  expect([0, 1, 2].map((n) => fr.unread(n, String(n)))).toEqual(['0 message non lu', '1 message non lu', '2 messages non lus']);
});

test('days go by the calendar, not by 24 hours', () => {
  expect(daysAgo(new Date(2026, 2, 29, 23, 59).toISOString(), now)).toBe(1);
  expect(dayName(new Date(2026, 2, 30, 0, 1).toISOString(), 'en', words, now)).toBe('Today');
  expect(dayName(new Date(2026, 2, 29, 1, 0).toISOString(), 'en', words, now)).toBe('Yesterday');
  expect(dayName(new Date(2026, 2, 26, 12, 0).toISOString(), 'fr', words, now)).toBe('Jeudi');
  expect(dayName(new Date(2025, 4, 3).toISOString(), 'fr', words, now)).toBe('Samedi 3 mai 2025');
  expect(shortly(new Date(2026, 2, 29, 12, 0).toISOString(), 'en', words, now)).toBe('Yesterday');
});

test('what went wrong is said in the language of the page; what is not known, in the words of the server', () => {
  const error = (code: string, more = {}) => new ProblemError(409, { type: `https://x/${code}`, detail: 'the detail', ...more });
  expect(inWords(error('max-contacts', { limit: { option: 'contacts.max', value: 3 } }), fr, 'fr')).toContain('3 contacts');
  expect(inWords(error('something-new'), fr, 'fr')).toBe('the detail');
  expect(inWords(error('toString'), fr, 'fr')).toBe('the detail');
  expect(inWords(new NetworkError(), en, 'en')).toBe(en.networkProblem);
  expect(inWords(new Error('x'), en, 'en')).toBe(en.unknownProblem);
});

test('the first language of the browser that the page speaks is taken', () => {
  expect(firstKnown(['de-DE', 'fr-CA', 'en'])).toBe('fr');
  expect(firstKnown(['de'])).toBe('en');
});

test('French has its spaces: never one that breaks before ; : ! ? and inside guillemets', () => {
  const wrong: string[] = [];
  const look = (value: unknown): void => {
    if (typeof value === 'function') value = (value as (...given: unknown[]) => string)(2, 'X');
    if (typeof value === 'string' && /[ \p{L}][;!?»]|[ \p{L}]:(?!\/)|«[^\u00a0]/u.test(value)) wrong.push(value);
    if (typeof value === 'object' && value !== null) Object.values(value).forEach(look);
  };
  look(fr);
  expect(wrong).toEqual([]);
});

test('what a password must be like is said in the language of the page, as far as it is asked for', () => {
  expect(passwordRule({ 'accounts.passwordMinLength': 8 }, en)).toBe('At least 8 characters.');
  const all = { 'accounts.passwordMinLength': 8, 'accounts.passwordNeedsDigitAndLetter': true, 'accounts.passwordNeedsUpperAndLower': true, 'accounts.passwordNeedsSpecial': true };
  expect(passwordRule(all, fr)).toBe(`${fr.atLeast(8)} ${fr.digitAndLetter} ${fr.upperAndLower} ${fr.specialCharacter}`);
});
