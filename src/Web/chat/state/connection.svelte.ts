import type { FeedStatus } from '../feed/events';

const quietFor = 2_000;
const patientFor = 20_000;

/** What a person is told of the connection. `ok` also while it is away for a moment only. */
export type ConnectionPhase = 'ok' | 'reconnecting' | 'unreachable' | 'full' | 'replaced' | 'maintenance';

/** Responsible for when a person is told that the server is away, and when not. */
export class Connection {
  phase = $state<ConnectionPhase>('ok');
  feed = $state.raw<FeedStatus>({ state: 'connecting', mode: 'stream' });

  private timers: ReturnType<typeof setTimeout>[] = [];

  constructor(private readonly onBack: () => void) {}

  get isLive(): boolean {
    return this.feed.state === 'live';
  }

  tell(status: FeedStatus): void {
    const wasLive = this.isLive;
    this.feed = status;
    if (status.state === 'live') {
      this.found();
      if (!wasLive) this.onBack();
    } else if (status.state === 'connecting') this.lost();
    else if (status.state !== 'signedOut') {
      this.found();
      this.phase = status.state;
    }
  }

  /** No answer; told later where it lasts. */
  lost(): void {
    if (this.timers.length > 0) return;
    if (this.phase === 'full' || this.phase === 'replaced' || this.phase === 'maintenance') this.phase = 'ok';
    this.timers = [
      setTimeout(() => (this.phase = 'reconnecting'), quietFor),
      setTimeout(() => (this.phase = 'unreachable'), patientFor),
    ];
  }

  found(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers = [];
    this.phase = 'ok';
  }
}
