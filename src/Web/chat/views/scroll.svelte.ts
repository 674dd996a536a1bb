import { untrack } from 'svelte';

/** How near the end counts as the end. */
const slack = 60;
/** How near the beginning, or the end of what is drawn, there is to be more. */
const ahead = 600;

/**
 * Responsible for what a person sees while a list of messages grows: the end stays in view for who is there, and what is looked at stays
 * where it is when something comes before it.
 */
export class Scroll {
  isAtEnd = $state(true);
  isNearStart = $state(false);
  isNearEnd = $state(true);

  private box: HTMLElement | undefined;
  private anchor: { row: Element; top: number } | undefined;
  private top = 0;

  /** `isLast`: whether what is drawn last is the end. */
  constructor(private readonly isLast: () => boolean) {}

  /** An attachment for the box that scrolls; its only child is the list. */
  attach = (box: HTMLElement) => {
    this.box = box;
    const sized = new ResizeObserver(() => this.keep());
    sized.observe(box);
    sized.observe(box.firstElementChild!);
    box.addEventListener('scroll', this.look, { passive: true });
    untrack(() => this.toEnd()); // attached once, whatever changes
    return () => {
      sized.disconnect();
      box.removeEventListener('scroll', this.look);
      this.box = undefined;
    };
  };

  /** Before rows come or go: the first one that is seen stays where it is. */
  hold(): void {
    this.anchor = undefined;
    if (!this.box || this.isAtEnd) return;
    const { top } = this.box.getBoundingClientRect();
    for (const row of this.box.querySelectorAll('[data-seq]')) {
      const place = row.getBoundingClientRect();
      if (place.bottom <= top) continue;
      this.anchor = { row, top: place.top };
      return;
    }
  }

  /** After that. */
  release(): void {
    if (this.box && this.anchor?.row.isConnected) this.box.scrollTop += this.anchor.row.getBoundingClientRect().top - this.anchor.top;
    this.look();
  }

  /** What is drawn next is the end: until it is there, nothing is near. */
  expectEnd(): void {
    this.isAtEnd = true;
    this.isNearStart = false;
  }

  toEnd(isSmooth = false): void {
    this.isAtEnd = true;
    const isNear = this.box && this.box.scrollHeight - this.box.scrollTop < 4 * this.box.clientHeight;
    this.box?.scrollTo({ top: this.box.scrollHeight, behavior: isSmooth && isNear ? 'smooth' : 'instant' });
    this.look();
  }

  /** Brings something to the upper part of the box; the end where there is less than a box after it. */
  show(element: Element): void {
    if (!this.box) return;
    const top = element.getBoundingClientRect().top - this.box.getBoundingClientRect().top;
    this.box.scrollTop += top - this.box.clientHeight / 4;
    this.look();
  }

  private keep(): void {
    if (this.isAtEnd) this.toEnd();
    else this.look();
  }

  private readonly look = () => {
    if (!this.box) return;
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    const after = scrollHeight - scrollTop - clientHeight;
    // Rows that came since the last look are no going away from the end: only who goes up leaves it.
    const stays = this.isAtEnd && scrollTop >= this.top;
    this.isAtEnd = (after < slack || stays) && this.isLast();
    this.top = scrollTop;
    this.isNearEnd = after < ahead;
    this.isNearStart = scrollTop < ahead;
  };
}
