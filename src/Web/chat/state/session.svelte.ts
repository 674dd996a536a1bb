import type { Api } from '../api/api';
import type { Flag, Options, SignedIn, Status, User } from '../api/contracts';
import type { Kept } from './kept';

export interface OwnStatus {
  status: Status;
  reason?: string;
  /** Of who is away by itself, for want of input: what they were. */
  before?: OwnStatus;
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

  /** Whether the policy allows it: unless it says no, for servers that do not know the option. */
  allows(option: Flag): boolean {
    return this.options[option] !== false;
  }

  begin(signedIn: SignedIn): void {
    this.user = signedIn.user;
    this.options = signedIn.options;
    this.mustChangePassword = signedIn.passwordExpired ?? false;
    this.key = `${signedIn.user.id}/${signedIn.expiresAt}`;
    const read = this.keptStatus.read();
    const kept = read?.key === this.key ? read : undefined;
    this.status = signedIn.status ?? kept ?? { status: 'online' };
    if (kept?.before && this.status.status === 'away') this.status = { ...this.status, before: kept.before };
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
