import { getContext, setContext } from 'svelte';
import type { Chat } from '../state/chat.svelte';

const key = Symbol('chat');

export const provideChat = (chat: Chat) => setContext(key, chat);
export const useChat = () => getContext<Chat>(key);
