import type { Message } from '../api/contracts';

/** How many messages are drawn at the end of a conversation, at least; and by how many the part moves. */
const size = 250;
const step = 100;

/**
 * Responsible for which part of a conversation's messages is drawn, however many are held: the end, or what is looked at further up.
 */
export class Shown {
  /** The number of the first one; undefined at the end, with which the part moves. */
  private from = $state<number>();

  constructor(private readonly all: () => readonly Message[]) {}

  private readonly start = $derived.by(() => {
    const all = this.all();
    const last = Math.max(0, all.length - size);
    // In steps at the end, so that not every new message moves the others.
    return this.from === undefined ? last - (last % 50) : Math.min(last, Math.max(0, this.from - (all[0]?.seq ?? 0)));
  });

  private readonly end = $derived.by(() => this.from === undefined ? this.all().length : Math.min(this.all().length, this.start + size + step));

  readonly messages = $derived.by(() => this.all().slice(this.start, this.end));

  /** Whether there are held ones before and after it. */
  readonly hasBefore = $derived(this.start > 0);
  readonly hasAfter = $derived.by(() => this.end < this.all().length);

  /** Goes with the end from now on. */
  follow(): void {
    this.from = undefined;
  }

  /** What is looked at stays, whatever comes. */
  stay(): void {
    this.from ??= this.all()[this.start]?.seq;
  }

  up(): void {
    this.from = this.all()[Math.max(0, this.start - step)]?.seq;
  }

  down(): void {
    this.from = this.all()[this.start + step]?.seq;
  }
}
