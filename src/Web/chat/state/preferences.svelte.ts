import { language, type LanguageCode } from '../texts/language.svelte';
import { Kept, type Store } from './kept';

export type Theme = 'system' | 'light' | 'dark';

interface Chosen {
  theme: Theme;
  language: LanguageCode | 'system';
}

/** How the page looks and speaks in this browser. */
class Preferences {
  theme = $state<Theme>('system');

  private kept = new Kept<Chosen>(undefined, '', { theme: 'system', language: 'system' });

  begin(store: Store | undefined): void {
    this.kept = new Kept<Chosen>(store, 'im:preferences', { theme: 'system', language: 'system' });
    const chosen = this.kept.read();
    this.theme = chosen.theme;
    language.chosen = language.all.some(({ code }) => code === chosen.language) ? chosen.language : 'system';
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.keep();
  }

  setLanguage(code: LanguageCode | 'system'): void {
    language.chosen = code;
    this.keep();
  }

  private keep(): void {
    this.kept.write({ theme: this.theme, language: language.chosen });
  }
}

export const preferences = new Preferences();
