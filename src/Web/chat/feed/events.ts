import type { Contact, Conversation, Message, Options, PresenceItem, User } from '../api/contracts';
import type { WayFacts } from './way';

/** What the server tells, by type. Types that are not here are passed over. */
export type FeedEvent =
  | ({ type: 'message' | 'messageChanged'; conversationId: string } & Message)
  | { type: 'conversation'; conversation: Conversation; left?: false }
  | { type: 'conversation'; id: string; left: true }
  | { type: 'members'; conversationId: string; joined: User[]; left: string[] }
  | { type: 'read'; conversationId: string; userId: string; seq: number }
  | { type: 'typing'; conversationId: string; userId: string }
  | { type: 'contact'; contact: Contact }
  | { type: 'contactRemoved'; userId: string }
  | { type: 'directory' }
  | { type: 'presence'; items: PresenceItem[] }
  | { type: 'options'; options: Options }
  | { type: 'resync'; cursor?: string }
  | { type: 'noPlace'; limit?: number }
  | { type: 'maintenance'; retryAfter?: number }
  | { type: 'replaced' | 'signedOut' | 'moved' };

/** How the feed is. `live`: what happens arrives. All others: it does not, and why. */
export type FeedStatus = { mode: FeedMode; way?: WayFacts } & (
  | { state: 'connecting' | 'live' | 'replaced' | 'signedOut' | 'maintenance' }
  | { state: 'full'; limit?: number; retryAt: number }
);

export type FeedMode = 'stream' | 'poll';
