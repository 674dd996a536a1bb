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

interface KnownRow {
  row: MessageRow;
  before: Message | undefined;
}

/**
 * Responsible for the rows of messages, each the same object for as long as it is the same: only what changed is drawn again.
 */
export class MessageRows {
  private known = new Map<number, KnownRow>();

  /** `firstNew`: the number of the message that the new ones begin with. */
  of(messages: readonly Message[], firstNew: number | undefined): MessageRow[] {
    const known = new Map<number, KnownRow>();
    const rows: MessageRow[] = [];
    let next = this.row(messages, 0, firstNew);
    for (let at = 0; at < messages.length; at++) {
      const row = next!;
      next = this.row(messages, at + 1, firstNew);
      const endsTurn = next?.startsTurn ?? true;
      const kept = row.endsTurn === endsTurn ? row : { ...row, endsTurn };
      known.set(row.message.seq, { row: kept, before: messages[at - 1] });
      rows.push(kept);
    }

    this.known = known;
    return rows;
  }

  // Whether somebody's turn ends with it, what follows tells.
  private row(messages: readonly Message[], at: number, firstNew: number | undefined): MessageRow | undefined {
    const message = messages[at];
    if (!message) return undefined;
    const before = messages[at - 1];
    const startsNew = message.seq === firstNew;
    const known = this.known.get(message.seq);
    if (known && known.row.message === message && known.before === before && known.row.startsNew === startsNew) return known.row;
    const startsDay = !before || new Date(before.sentAt).toDateString() !== new Date(message.sentAt).toDateString();
    const isSameTurn = before?.from === message.from && Date.parse(message.sentAt) - Date.parse(before.sentAt) < turn;
    return { message, startsDay, startsNew, startsTurn: startsDay || startsNew || !isSameTurn, endsTurn: false };
  }
}
