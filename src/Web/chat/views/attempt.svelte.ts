import { isPassing, ProblemError } from '../api/problem';

/** One thing that a person tries, such as signing in: whether it is under way, why it failed, and when it makes sense to try again. */
export class Attempt {
  isBusy = $state(false);
  error = $state.raw<unknown>();
  /** Seconds until it makes sense to try again; 0 where nobody said. */
  remaining = $state(0);
  /** Whether it is tried again without being asked. */
  isAutomatic = $state(false);

  private timer: ReturnType<typeof setInterval> | undefined;

  /** True where it succeeded. */
  async run(work: () => Promise<void>): Promise<boolean> {
    if (this.isBusy) return false;
    this.clear();
    this.isBusy = true;
    try {
      await work();
      this.isAutomatic = false;
      return true;
    } catch (error) {
      this.error = error;
      if (isPassing(error)) this.countDown(error, work);
      else this.isAutomatic = false;
      return false;
    } finally {
      this.isBusy = false;
    }
  }

  /** The first thing that is wrong with a field, as the server says it. */
  field(name: string): string | undefined {
    return this.error instanceof ProblemError ? this.error.field(name) : undefined;
  }

  get hasFields(): boolean {
    return this.error instanceof ProblemError && this.error.problem.errors !== undefined;
  }

  clear(): void {
    clearInterval(this.timer);
    this.error = undefined;
    this.remaining = 0;
  }

  private countDown(error: unknown, work: () => Promise<void>): void {
    const wait = error instanceof ProblemError ? error.retryAfter : undefined;
    if (wait === undefined) return;
    const until = Date.now() + wait;
    this.remaining = Math.ceil(wait / 1000);
    this.timer = setInterval(() => {
      this.remaining = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      if (this.remaining > 0) return;
      clearInterval(this.timer);
      if (this.isAutomatic) void this.run(work);
    }, 250);
  }
}
