import { afterEach, expect, test } from 'vitest';
import type { Options } from '../api/contracts';
import type { Api } from '../api/api';
import { language } from '../texts/language.svelte';
import { Kept } from './kept';
import { Look, safe } from './look.svelte';
import { preferences } from './preferences.svelte';
import { Session } from './session.svelte';

function setUp(options: Options) {
  const kept = new Map<string, string>();
  const store = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key) };
  const session = new Session({} as Api, new Kept(undefined, '', undefined));
  session.options = options;
  const look = () => new Look(session, new Kept(store, 'banner', ''));
  return { session, look, store };
}

afterEach(() => {
  preferences.begin(undefined);
  preferences.follow({ allowsPreferences: true, allowsThemes: true, language: 'auto' });
  language.offered = ['en'];
});

test('links that would run something are none', () => {
  expect([safe('https://a.example'), safe('HTTP://a.example/x'), safe('mailto:a@b.example')]).toEqual(['https://a.example', 'HTTP://a.example/x', 'mailto:a@b.example']);
  expect(['javascript:alert(1)', ' javascript:alert(1)', 'data:text/html,x', '//a.example', '', undefined].map(safe)).toEqual(Array(6).fill(undefined));
});

// effect: look.banner
test('a banner that was closed stays so for the tab, and another text is shown', () => {
  const { session, look } = setUp({ 'look.banner': 'Maintenance at 6' });
  const first = look();
  expect(first.banner).toBe('Maintenance at 6');
  first.closeBanner();
  expect([first.banner, look().banner]).toEqual(['', '']);
  session.options = { 'look.banner': 'All is well' };
  expect(first.banner).toBe('All is well');
});

// effect: look.language
test('without a choice of one’s own the policy’s language holds, before the browser’s', () => {
  language.offered = ['en-GB'];
  const { session, look } = setUp({ 'look.language': 'fr' });
  preferences.follow(look());
  expect(language.code).toBe('fr');
  preferences.setLanguage('en');
  expect(language.code).toBe('en');
  preferences.setLanguage('system');
  session.options = { 'look.language': 'auto' };
  preferences.follow(look());
  expect(language.code).toBe('en');
});

// effect: look.allowThemes
// effect: look.allowPreferences
test('what may not be chosen does not count, and counts again where it may', () => {
  language.offered = ['en-GB'];
  const { session, look, store } = setUp({});
  preferences.begin(store);
  preferences.follow(look());
  preferences.setTheme('dark');
  preferences.setLanguage('fr');
  session.options = { 'look.allowThemes': false };
  preferences.follow(look());
  expect([preferences.theme, language.code]).toEqual(['system', 'fr']);
  session.options = { 'look.allowPreferences': false };
  preferences.follow(look());
  expect([preferences.theme, language.code]).toEqual(['system', 'en']);
  session.options = {};
  preferences.follow(look());
  expect([preferences.theme, language.code]).toEqual(['dark', 'fr']);
});

test('a flag that a server does not tell allows', () => {
  const { session } = setUp({ 'contacts.allowAlias': false });
  expect([session.allows('contacts.allowAlias'), session.allows('profile.allowChange')]).toEqual([false, true]);
});
