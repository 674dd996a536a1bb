import type { FeedEvent } from '../feed/events';
import type { Chat } from './chat.svelte';

/** What an event changes. Types that are not known here change nothing. */
export function dispatch(event: FeedEvent, chat: Chat): void {
  const { people, conversations, session } = chat;
  switch (event.type) {
    case 'message': {
      const { type: _, conversationId, ...message } = event;
      return void conversations.receive(conversationId, message);
    }
    case 'messageChanged': {
      const { type: _, conversationId, ...message } = event;
      return conversations.change(conversationId, message);
    }
    case 'conversation':
      return event.left ? conversations.left(event.id) : void conversations.upsert(event.conversation);
    case 'members':
      return conversations.membersChanged(event.conversationId, event.joined, event.left);
    case 'read':
      return conversations.read(event.conversationId, event.userId, event.seq);
    case 'typing':
      return conversations.types(event.conversationId, event.userId);
    case 'contact':
      return people.upsert(event.contact);
    case 'contactRemoved':
      return people.forget(event.userId);
    case 'directory':
      return void people.reload();
    case 'presence':
      return people.see(event.items);
    case 'options':
      session.options = event.options;
  }
}
