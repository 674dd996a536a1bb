import type { Api } from '../api/api';
import type { Options, SignedIn, Status, User } from '../api/contracts';
import type { Kept } from './kept';

export interface OwnStatus {
  status: Status;
  reason?: string;
}

/** Responsible for who is signed in here, under which options, and as what they show themselves. */
export class Session {
  phase = $state<'starting' | 'signedOut' | 'signedIn'>('starting');
  /** Why there is no session any more, where the person did not end it. */
  wasEnded = $state(false);
  user = $state.raw<User>();
  options = $state.raw<Options>({});
  /** Whether an account is made with a code only. */
  needsCode = $state(false);
  /** Nothing may be done before. */
  mustChangePassword = $state(false);
  status = $state.raw<OwnStatus>({ status: 'online' });
  /** Of this sign-in: the same in all tabs. */
  key = '';

  constructor(
    private readonly api: Api,
    private readonly keptStatus: Kept<(OwnStatus & { key: string }) | undefined>,
  ) {}

  get id(): string {
    return this.user?.id ?? '';
  }

  begin(signedIn: SignedIn): void {
    this.user = signedIn.user;
    this.options = signedIn.options;
    this.mustChangePassword = signedIn.passwordExpired ?? false;
    this.key = `${signedIn.user.id}/${signedIn.expiresAt}`;
    const kept = this.keptStatus.read();
    this.status = signedIn.status ?? (kept?.key === this.key ? kept : { status: 'online' });
    this.wasEnded = false;
    this.phase = 'signedIn';
  }

  /** Another tab of this session changed it. */
  statusChanged(): void {
    const kept = this.keptStatus.read();
    if (kept?.key === this.key) this.status = kept;
  }

  end(wasEnded: boolean): void {
    this.user = undefined;
    this.key = '';
    this.wasEnded = wasEnded;
    this.phase = 'signedOut';
    if (!wasEnded) this.keptStatus.clear();
  }

  async rename(displayName: string): Promise<void> {
    const { id, username, displayName: name } = await this.api.rename(displayName);
    this.user = { id, username, displayName: name };
  }

  devices = () => this.api.devices();
  endDevice = (id: string) => this.api.endDevice(id);

  async setStatus(own: OwnStatus): Promise<void> {
    await this.api.setStatus(own.status, own.reason);
    this.status = own;
    this.keptStatus.write({ ...own, key: this.key });
  }
}
