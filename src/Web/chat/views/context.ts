import { getContext, setContext } from 'svelte';
import type { Chat } from '../state/chat.svelte';
import type { Talk } from '../state/talk.svelte';

const key = Symbol('chat');
const talkKey = Symbol('talk');

export const provideChat = (chat: Chat) => setContext(key, chat);
export const useChat = () => getContext<Chat>(key);

/** The conversation that is looked at, for what is in it. */
export const provideTalk = (talk: () => Talk) => setContext(talkKey, talk);
export const useTalk = () => getContext<() => Talk>(talkKey)();
