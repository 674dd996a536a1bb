import { MediaQuery } from 'svelte/reactivity';

/** What the browser says of the page, so that views follow it. */
class Page {
  isVisible = $state(true);
  /** Moves on every half minute: for what depends on how long ago something was. */
  now = $state(Date.now());
  readonly isNarrow = new MediaQuery('(max-width: 640px)', false);
  readonly hasMouse = new MediaQuery('(hover: hover) and (pointer: fine)', true);

  follow(): void {
    const look = () => (this.isVisible = document.visibilityState === 'visible');
    look();
    document.addEventListener('visibilitychange', look);
    setInterval(() => (this.now = Date.now()), 30_000);
  }
}

export const page = new Page();
