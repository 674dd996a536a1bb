import { language, type LanguageCode } from '../texts/language.svelte';
import { Kept, type Store } from './kept';

export type Theme = 'system' | 'light' | 'dark';

interface Chosen {
  theme: Theme;
  language: LanguageCode | 'system';
}

/** How the page looks and speaks in this browser. */
class Preferences {
  /** What is in force: what was chosen, where choosing is allowed. */
  theme = $derived.by<Theme>(() => (this.allowsThemes ? this.chosenTheme : 'system'));

  private chosenTheme = $state<Theme>('system');
  private chosenLanguage = $state<Chosen['language']>('system');
  private allowsThemes = $state(true);
  private allowsAny = $state(true);

  private kept = new Kept<Chosen>(undefined, '', { theme: 'system', language: 'system' });

  begin(store: Store | undefined): void {
    this.kept = new Kept<Chosen>(store, 'im:preferences', { theme: 'system', language: 'system' });
    const chosen = this.kept.read();
    this.chosenTheme = chosen.theme;
    this.chosenLanguage = language.all.some(({ code }) => code === chosen.language) ? chosen.language : 'system';
    this.apply();
  }

  /** What the policy lets people choose, and the language that it prefers. What was chosen is kept, and counts again where it is allowed again. */
  follow(look: { allowsPreferences: boolean; allowsThemes: boolean; language: LanguageCode | 'auto' }): void {
    this.allowsAny = look.allowsPreferences;
    this.allowsThemes = look.allowsThemes;
    language.preferred = look.language;
    this.apply();
  }

  setTheme(theme: Theme): void {
    this.chosenTheme = theme;
    this.keep();
  }

  setLanguage(code: LanguageCode | 'system'): void {
    this.chosenLanguage = code;
    this.apply();
    this.keep();
  }

  private apply(): void {
    language.chosen = this.allowsAny ? this.chosenLanguage : 'system';
  }

  private keep(): void {
    this.kept.write({ theme: this.chosenTheme, language: this.chosenLanguage });
  }
}

export const preferences = new Preferences();
