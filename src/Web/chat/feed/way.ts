/** How a request for events was cut off. In milliseconds. */
export interface Cut {
  /** From its beginning to its end. */
  age: number;
  /** From the last byte to the end. */
  silence: number;
  /** The longest silence before, after which something came nevertheless. */
  survived: number;
}

/** What is known of the way to the server: in seconds, as it is told to people. */
export interface WayFacts {
  /** How often a silent stream is to say something. */
  heartbeat: number;
  /** How long a poll may be held. */
  wait: number;
  /** After how long something on the way ends every stream, however much comes through it. */
  endsAfter?: number;
}

const heartbeats = { usual: 25, shortest: 5 };
const waits = { longest: 55, shortest: 2 };
/** Shorter than this is no habit of a proxy. */
const shortestHabit = 3_000;
/** How many full polls make a longer one worth trying: first, and at the most, after doubling with each cut. */
const polls = { first: 5, most: 160 };
/** A stream that lived this long is worth being asked for with a longer silence next time. */
const longLife = 10 * 60_000;

/**
 * Responsible for learning what the way to the server allows: how long it may be silent, how long a request may last. Asking for less
 * silence costs next to nothing and is done at once; that every stream is ended after a time is believed when it happens again.
 */
export class Way {
  private heartbeat = heartbeats.usual;
  private wait = waits.longest;
  private endsAfter: number | undefined;
  /** How old the last streams became that were cut. */
  private ages: number[] = [];
  /** The longest hold that came through lately, and how often. */
  private held = { wait: 0, times: 0 };
  private wasCutShort = false;
  private pollsBeforeMore = polls.first;

  get facts(): WayFacts {
    return { heartbeat: this.heartbeat, wait: this.wait, ...(this.endsAfter === undefined ? {} : { endsAfter: Math.round(this.endsAfter / 1000) }) };
  }

  /** Another network: nothing is known. */
  forget(): void {
    this.heartbeat = heartbeats.usual;
    this.wait = waits.longest;
    this.endsAfter = undefined;
    this.ages = [];
    this.held = { wait: 0, times: 0 };
    this.wasCutShort = false;
    this.pollsBeforeMore = polls.first;
  }

  /** A stream was cut. True where that was to be expected: there is no reason to hesitate. */
  streamCut({ age, silence, survived }: Cut): boolean {
    if (age >= shortestHabit) this.ages = [...this.ages.slice(-3), age];
    if (age >= longLife) this.heartbeat = Math.min(heartbeats.usual, Math.ceil(this.heartbeat * 1.5));
    // A longer silence than any that was survived, and so perhaps too long; where even the shortest is cut, it is not the silence.
    const silent = Math.min(silence, this.heartbeat * 1000);
    if (silent > survived + 1_000 && silent >= shortestHabit && this.heartbeat > heartbeats.shortest) {
      this.heartbeat = Math.max(heartbeats.shortest, Math.floor((silent / 1000) * 0.75));
      return false;
    }

    // The oldest count: where connections are cut, a stream on one that was used before ends earlier.
    const oldest = Math.max(...this.ages);
    if (this.ages.filter((other) => isAlike(other, oldest)).length >= 2) this.endsAfter = oldest;
    return this.endsAfter !== undefined && age >= shortestHabit && (age < this.endsAfter || isAlike(age, this.endsAfter));
  }

  /** A stream lives this long. True where it was not expected to. */
  streamLives(age: number): boolean {
    if (this.endsAfter === undefined || age < this.endsAfter * 1.2 + 1_000) return false;
    this.endsAfter = undefined;
    this.ages = [];
    return true;
  }

  /** A poll was cut at this age. What shorter than one that came through is an accident the first time. */
  pollCut(age: number, wait: number): void {
    if (age < 1_000) return; // nobody held it
    const seconds = Math.min(age / 1000, wait);
    const isAccident = seconds < this.held.wait && !this.wasCutShort;
    this.wasCutShort = true;
    if (isAccident) return;
    this.wait = Math.max(waits.shortest, Math.floor(seconds * 0.8));
    this.held = { wait: 0, times: 0 };
    this.pollsBeforeMore = Math.min(polls.most, this.pollsBeforeMore * 2);
  }

  /** A poll was held this long, to its end, and came through. */
  pollHeld(wait: number): void {
    this.wasCutShort = false;
    this.held = { wait, times: this.held.wait === wait ? this.held.times + 1 : 1 };
    if (this.held.times >= this.pollsBeforeMore) this.wait = Math.min(waits.longest, Math.ceil(wait * 1.2));
  }
}

function isAlike(a: number, b: number): boolean {
  return Math.abs(a - b) <= Math.max(1_000, b * 0.05);
}
