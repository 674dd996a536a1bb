/** How near the end counts as the end. */
const slack = 60;
/** How near the beginning more is fetched. */
const ahead = 600;

/**
 * Responsible for what a person sees while a list of messages grows: the end stays in view for who is there, and what is looked at stays
 * where it is when something comes before it.
 */
export class Scroll {
  isAtEnd = $state(true);
  isNearStart = $state(false);

  private box: HTMLElement | undefined;
  private fromEnd = 0;

  /** An attachment for the box that scrolls; its only child is the list. */
  attach = (box: HTMLElement) => {
    this.box = box;
    const sized = new ResizeObserver(() => this.keep());
    sized.observe(box);
    sized.observe(box.firstElementChild!);
    box.addEventListener('scroll', this.look, { passive: true });
    this.toEnd();
    return () => {
      sized.disconnect();
      box.removeEventListener('scroll', this.look);
      this.box = undefined;
    };
  };

  /** Before something is put in front: the distance to the end is what stays. */
  hold(): void {
    if (this.box) this.fromEnd = this.box.scrollHeight - this.box.scrollTop;
  }

  /** After that. */
  release(): void {
    if (this.box && !this.isAtEnd) this.box.scrollTop = this.box.scrollHeight - this.fromEnd;
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
    this.isAtEnd = scrollHeight - scrollTop - clientHeight < slack;
    this.isNearStart = scrollTop < ahead;
  };
}
