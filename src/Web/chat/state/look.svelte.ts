import type { Kept } from './kept';
import type { Session } from './session.svelte';

/** How this address presents itself and whom it names for help, as its policy says it. */
export class Look {
  private closed = $state('');

  constructor(
    private readonly session: Session,
    private readonly keptClosed: Kept<string>,
  ) {
    this.closed = keptClosed.read();
  }

  private get options() {
    return this.session.options;
  }

  get title(): string {
    return this.options['look.title'] ?? '';
  }

  get color(): string {
    return this.options['look.color'] ?? '';
  }

  get language() {
    return this.options['look.language'] ?? 'auto';
  }

  get allowsPreferences(): boolean {
    return this.session.allows('look.allowPreferences');
  }

  get allowsThemes(): boolean {
    return this.allowsPreferences && this.session.allows('look.allowThemes');
  }

  /** Until it is closed in this tab; another text is shown again. */
  get banner(): string {
    const banner = this.options['look.banner'] ?? '';
    return banner === this.closed ? '' : banner;
  }

  closeBanner(): void {
    this.closed = this.banner;
    this.keptClosed.write(this.closed);
  }

  get helpPhone(): string {
    return this.options['look.helpPhone'] ?? '';
  }

  get helpEmail(): string {
    return this.options['look.helpEmail'] ?? '';
  }

  get link(): string | undefined {
    return safe(this.options['look.link']);
  }

  get register(): string | undefined {
    return safe(this.options['look.register']);
  }

  get forgotPassword(): string | undefined {
    return safe(this.options['look.forgotPassword']);
  }

  get changePassword(): string | undefined {
    return safe(this.options['look.changePassword']);
  }
}

/** Whatever a server says: nothing that a click would run. */
export function safe(link: string | undefined): string | undefined {
  return link && /^(https?:\/\/|mailto:)/i.test(link) ? link : undefined;
}
