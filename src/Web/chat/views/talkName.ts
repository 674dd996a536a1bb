import type { User } from '../api/contracts';
import type { Talk } from '../state/talk.svelte';
import type { Texts } from '../texts/en';

const mostNames = 3;

/** What a conversation is called: the other person, or a conference's title, or who is in it. */
export function talkName(talk: Talk, me: string, nameOf: (user: User) => string, texts: Texts): string {
  if (!talk.isConference) {
    const other = talk.other(me);
    return (other && nameOf(other)) || texts.unknownPerson;
  }

  if (talk.data.title) return talk.data.title;
  const others = talk.data.members.filter(({ id }) => id !== me).map((user) => nameOf(user) || texts.unknownPerson);
  if (others.length === 0) return texts.onlyYou;
  const named = others.slice(0, mostNames).join(', ');
  return others.length > mostNames ? `${named} +${others.length - mostNames}` : named;
}

/** Somebody in a conversation by their id, also who left. */
export function nameIn(talk: Talk, id: string, nameOf: (user: User) => string, texts: Texts): string {
  const person = talk.person(id);
  return (person && nameOf(person)) || texts.unknownPerson;
}
