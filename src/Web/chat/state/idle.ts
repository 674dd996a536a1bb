import type { Session } from './session.svelte';

const lookEvery = 15_000;
const tellEvery = 10_000;
const countEvery = 1_000;

/**
 * Responsible for being away by itself where nothing is done in any tab for as long as the policy says, and for being back with the next thing that
 * is done. What was chosen by hand other than online stays.
 */
export class Idle {
  private timer: ReturnType<typeof setInterval> | undefined;
  private lastInput = 0;
  private lastTold = 0;
  private isBusy = false;

  constructor(
    private readonly session: Session,
    private readonly tellOthers: () => void,
  ) {}

  begin(): void {
    this.end();
    this.lastInput = Date.now();
    this.timer = setInterval(() => this.look(), lookEvery);
  }

  end(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Something is done in this tab. */
  input(): void {
    const now = Date.now();
    if (this.timer === undefined || now - this.lastInput < countEvery) return;
    this.lastInput = now;
    if (now - this.lastTold >= tellEvery) {
      this.lastTold = now;
      this.tellOthers();
    }

    const { before } = this.session.status;
    if (before) void this.change(before);
  }

  /** Something is done in another tab. */
  elsewhere(): void {
    this.lastInput = Date.now();
  }

  private look(): void {
    const minutes = this.session.options['presence.awayAfterMinutes'] ?? 0;
    const { status } = this.session;
    if (minutes > 0 && status.status === 'online' && Date.now() - this.lastInput >= minutes * 60_000) void this.change({ status: 'away', before: status });
  }

  // Where it does not work, the next look or the next input tries again.
  private async change(to: Session['status']): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      await this.session.setStatus(to);
    } catch {
      // As it was.
    } finally {
      this.isBusy = false;
    }
  }
}
