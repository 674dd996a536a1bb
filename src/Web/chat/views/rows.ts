import type { Contact, Message, User } from '../api/contracts';
import type { Talk } from '../state/talk.svelte';

/** A line of the list: a conversation, or a contact that there is none with yet. */
export interface ListRow {
  key: string;
  user: User;
  talk?: Talk;
}

const notThere: User = { id: '', username: '', displayName: '' };

/** Conversations with something in them, the newest first; then everybody else by name. */
export function listRows(talks: Iterable<Talk>, accepted: readonly Contact[], me: string, nameOf: (user: User) => string): ListRow[] {
  // A conference is none of a person: ids of conversations and of people may be equal.
  const rows = [...talks].map((talk) =>
    talk.isConference
      ? { key: `c${talk.id}`, user: { ...notThere, displayName: talk.data.title ?? '' }, talk }
      : { key: talk.other(me)?.id ?? talk.id, user: talk.other(me) ?? notThere, talk });
  const met = new Set(rows.map((row) => row.user.id));
  const others = accepted.filter(({ user }) => !met.has(user.id)).map(({ user }) => ({ key: user.id, user }));
  const when = (row: ListRow) => (row.talk?.data.last ? Date.parse(row.talk.data.last.sentAt) : 0);
  return [...rows, ...others].sort((a, b) => when(b) - when(a) || nameOf(a.user).localeCompare(nameOf(b.user)));
}

/** A message where it stands: whether a day, the new ones, or somebody's turn begins with it. */
export interface MessageRow {
  message: Message;
  startsDay: boolean;
  startsNew: boolean;
  startsTurn: boolean;
  endsTurn: boolean;
}

const turn = 5 * 60_000;

export function messageRows(messages: readonly Message[], newAfter: number | undefined, me: string): MessageRow[] {
  const firstNew = newAfter === undefined ? undefined : messages.find((message) => message.seq > newAfter && message.from !== me)?.seq;
  const rows: MessageRow[] = [];
  let before: Message | undefined;
  for (const message of messages) {
    const startsDay = !before || new Date(before.sentAt).toDateString() !== new Date(message.sentAt).toDateString();
    const startsNew = message.seq === firstNew;
    const isSameTurn = before?.from === message.from && Date.parse(message.sentAt) - Date.parse(before.sentAt) < turn;
    const startsTurn = startsDay || startsNew || !isSameTurn;
    const previous = rows.at(-1);
    if (previous && startsTurn) previous.endsTurn = true;
    rows.push({ message, startsDay, startsNew, startsTurn, endsTurn: false });
    before = message;
  }

  const last = rows.at(-1);
  if (last) last.endsTurn = true;
  return rows;
}
