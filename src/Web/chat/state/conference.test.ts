import { expect, test } from 'vitest';
import type { Conversation, User } from '../api/contracts';
import { en } from '../texts/en';
import { fr } from '../texts/fr';
import { listRows } from '../views/rows';
import { nameIn, talkName } from '../views/talkName';
import { Talk } from './talk.svelte';

const user = (id: string): User => ({ id, username: `u${id}`, displayName: `User ${id}` });
const nameOf = ({ displayName }: User) => displayName;
const conference = (ids: string[], more: Partial<Conversation> = {}) =>
  new Talk({ id: '2', kind: 'conference', members: ids.map(user), firstSeq: 1, lastSeq: 3, readSeq: 3, ...more });

test('a conference is called by its title, else by who is in it', () => {
  expect(talkName(conference(['me', '1'], { title: 'Lunch' }), 'me', nameOf, en)).toBe('Lunch');
  expect(talkName(conference(['me', '1', '2']), 'me', nameOf, en)).toBe('User 1, User 2');
  expect(talkName(conference(['me', '1', '2', '3', '4', '5']), 'me', nameOf, en)).toBe('User 1, User 2, User 3 +2');
  expect(talkName(conference(['me']), 'me', nameOf, fr)).toBe(fr.onlyYou);
});

test('a conference of two is no conversation with that person', () => {
  const rows = listRows([conference(['me', '2'])], [{ user: user('2'), state: 'accepted', status: 'online' }], 'me', nameOf);
  expect(rows.map(({ key }) => key).sort()).toEqual(['2', 'c2']);
});

test('who leaves is no member any more and keeps their name, also when they come again', () => {
  const talk = conference(['me', '1']);
  talk.membersChanged([user('3')], ['1']);
  expect(talk.data.members.map(({ id }) => id)).toEqual(['me', '3']);
  expect(nameIn(talk, '1', nameOf, en)).toBe('User 1');
  talk.membersChanged([user('1')], []);
  expect(talk.data.members.map(({ id }) => id)).toEqual(['me', '3', '1']);
  expect(talk.data.formerMembers).toEqual([]);
  talk.membersChanged([user('1')], []); // told twice
  expect(talk.data.members.map(({ id }) => id)).toEqual(['me', '3', '1']);
  expect(nameIn(talk, '9', nameOf, en)).toBe(en.unknownPerson);
});

test('in a conference that one has read says nothing of all, and my own joined is unread like what follows', () => {
  const talk = conference(['me', '1', '2']);
  talk.read('1', 3, 'me');
  expect(talk.othersReadSeq).toBe(0);
  talk.receive({ seq: 4, kind: 'joined', from: 'me', sentAt: '2026-01-01T10:00:00Z' }, 'me');
  expect(talk.unread).toBe(1);
  talk.receive({ seq: 5, kind: 'text', from: 'me', text: 'hello', sentAt: '2026-01-01T10:00:00Z' }, 'me');
  expect(talk.unread).toBe(0);
});
