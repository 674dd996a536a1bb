import { isPassing, ProblemError } from './problem';

const first = 1_000;
const longest = 15_000;

/** Responsible for trying again, ever later and not in step with others, or at once when there is reason to hope. */
export class Patience {
  private readonly sleepers = new Set<() => void>();

  constructor(private readonly random: () => number = Math.random) {}

  /** Repeats what fails only for now. Stops, with the error, where `isWanted` says no. */
  async until<T>(work: () => Promise<T>, isWanted: () => boolean = () => true): Promise<T> {
    for (let failures = 1; ; failures++) {
      try {
        return await work();
      } catch (error) {
        if (!isPassing(error) || !isWanted()) throw error;
        await this.pause(failures, error);
      }
    }
  }

  pause(failures: number, error: unknown): Promise<void> {
    const asked = error instanceof ProblemError ? error.retryAfter : undefined;
    const delay = Math.min(longest, first * 2 ** Math.min(failures - 1, 10)) * (0.5 + this.random() / 2);
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.sleepers.delete(done);
        resolve();
      };
      const timer = setTimeout(done, Math.max(delay, asked ?? 0));
      // Who was told when to come again comes then, whatever else happens.
      if (asked === undefined || (error as ProblemError).status !== 429) this.sleepers.add(done);
    });
  }

  /** The server answers again: nobody waits any longer. */
  wake(): void {
    for (const done of [...this.sleepers]) done();
  }
}
