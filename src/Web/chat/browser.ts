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
    chat.active();
    if (chat.session.phase === 'signedOut') void chat.start(); // signed in meanwhile in another tab, perhaps
  });
  for (const input of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart']) window.addEventListener(input, chat.active, { passive: true, capture: true });
  window.addEventListener('storage', ({ key }) => chat.keptElsewhere(key));
  // What is not sent yet would be lost with the tab.
  window.addEventListener('beforeunload', (event) => chat.outbox.items.length > 0 && event.preventDefault());
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

/** Before the page is painted again; a page that nobody sees is not painted, and follows more slowly. */
export function nextFrame(done: () => void): void {
  const go = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    done();
  };
  const frame = requestAnimationFrame(go);
  const timer = setTimeout(go, 200);
}
