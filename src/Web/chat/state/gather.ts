/**
 * Responsible for much that is told at once being dealt with once a frame: what comes alone goes through at once, what follows it within
 * the frame waits for the next.
 */
export class Gather<T> {
  private waiting: T[] = [];
  private isHolding = false;

  constructor(
    private readonly handle: (item: T) => void,
    private readonly nextFrame: (done: () => void) => void,
  ) {}

  push(item: T): void {
    if (this.isHolding) return void this.waiting.push(item);
    this.hold();
    this.handle(item);
  }

  clear(): void {
    this.waiting = [];
  }

  private hold(): void {
    this.isHolding = true;
    this.nextFrame(() => {
      this.isHolding = false;
      if (this.waiting.length === 0) return;
      const items = this.waiting;
      this.clear();
      this.hold();
      for (const item of items) this.handle(item);
    });
  }
}
