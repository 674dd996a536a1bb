import { expect, test } from 'vitest';
import page from '../../../../docs/options.md?raw'; // as the catalogue declares them
import { NetworkError, ProblemError } from '../../chat/api/problem';
import type { Option } from '../api/contracts';
import { en } from './en';
import { fr } from './fr';
import { problemInWords, valueInWords } from './words';

test('every section of the catalogue has a name in both languages', () => {
  const sections = [...page.matchAll(/^## (\w+)$/gm)].map(([, section]) => section);
  expect(sections.length).toBeGreaterThan(5);
  expect(Object.keys(en.sections)).toEqual(sections);
  expect(Object.keys(fr.sections)).toEqual(sections);
});

test('every unit of the catalogue is said in French', () => {
  const units = new Set([...page.matchAll(/\| \d+ to \d+ ([a-z ]+) \|/g)].map(([, unit]) => unit!));
  expect(units.size).toBeGreaterThan(5);
  expect([...units].filter((unit) => !(unit in fr.units) && !['contacts', 'minutes', 'sessions'].includes(unit))).toEqual([]);
});

test('values are said in words', () => {
  const option: Option = { key: 'x.y', type: 'number', default: 1, byNode: false, unit: 'people', english: '', french: '' };
  expect(valueInWords(1200, en, 'en', option)).toBe('1,200 people');
  expect(valueInWords(3, fr, 'fr', option)).toBe('3 personnes');
  expect([true, '', [], ['a', 'b'], null].map((value) => valueInWords(value, en, 'en'))).toEqual(['yes', 'empty', 'empty', 'a, b', 'inherited']);
});

test('what went wrong is said in the language of the page, else in the words of the server', () => {
  const error = (code: string) => new ProblemError(401, { type: `https://x/${code}`, detail: 'the detail' });
  expect(problemInWords(error('invalid-credentials'), fr)).toBe('Le nom ou le mot de passe est faux.');
  expect(problemInWords(error('something-new'), fr)).toBe('the detail');
  expect(problemInWords(new NetworkError(), en)).toBe(en.networkProblem);
});

test('French has its spaces: never one that breaks before ; : ! ? and inside guillemets', () => {
  const wrong: string[] = [];
  const look = (value: unknown): void => {
    if (typeof value === 'function') value = (value as (...given: unknown[]) => string)(2, 2, 'X', 'X', 2, 'X');
    if (typeof value === 'string' && /[ \p{L}][;!?»]|[ \p{L}]:(?!\/)|«[^\u00a0]/u.test(value)) wrong.push(value);
    if (typeof value === 'object' && value !== null) Object.values(value).forEach(look);
  };
  look(fr);
  expect(wrong).toEqual([]);
});
