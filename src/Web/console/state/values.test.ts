import { expect, test } from 'vitest';
import type { Option } from '../api/contracts';
import { bySection, readLines, readNumber, search } from './values';

const option = (key: string, english: string, french: string): Option => ({ key, english, french, type: 'flag', default: true, byNode: false });
const options = [
  option('accounts.max', 'How many accounts.', 'Combien de comptes créés.'),
  option('contacts.max', 'How many contacts.', 'Combien de contacts.'),
  option('contacts.allowAlias', 'Whether a name of their own.', 'Un nom de son choix.'),
];
const keys = (query: string) => search(options, query).map(({ key }) => key);

test('a search finds all its words in key or meaning, whatever the case and the accents', () => {
  expect(keys('')).toHaveLength(3);
  expect(keys('MAX many')).toEqual(['accounts.max', 'contacts.max']);
  expect(keys('crees')).toEqual(['accounts.max']);
  expect(keys('max alias')).toEqual([]);
});

test('options come by section, in their order', () => {
  expect(bySection(options).map(({ section, options }) => [section, options.length])).toEqual([['accounts', 1], ['contacts', 2]]);
});

test('what is typed is read as the option needs it', () => {
  expect([readNumber(' 12 '), readNumber('-3'), readNumber('1.5'), readNumber('')]).toEqual([12, -3, '1.5', '']);
  expect(readLines(' a \n\n b b\n')).toEqual(['a', 'b b']);
});
