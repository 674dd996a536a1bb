import type { Chat } from './state/chat.svelte';
import type { Store } from './state/kept';

/** Tells the chat what happens around the page. */
export function follow(chat: Chat): void {
  window.addEventListener('online', () => {
    chat.reconnect();
    chat.patience.wake();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible') return;
    chat.wake();
    if (chat.session.phase === 'signedOut') void chat.start(); // signed in meanwhile in another tab, perhaps
  });
  window.addEventListener('storage', ({ key }) => key === chat.sessionKey && chat.sessionChanged());
  window.addEventListener('pagehide', () => chat.close());
  window.addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
}

/** The browser's storage, where the person allows it. */
export function storage(name: 'localStorage' | 'sessionStorage'): Store | undefined {
  try {
    return window[name];
  } catch {
    return undefined;
  }
}
