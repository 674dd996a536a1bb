import { en, type Texts } from './en';
import { fr } from './fr';

const languages: Record<string, Texts> = { en, fr };

/** Responsible for the language of the console: the first of the browser's that there is, until another one is chosen. */
class Language {
  code = $state('en');
  readonly texts: Texts = $derived(languages[this.code]!);
  readonly all = [{ value: 'en', text: 'English' }, { value: 'fr', text: 'Français' }];

  begin(offered: readonly string[]): void {
    this.code = offered.map((tag) => tag.toLowerCase().split('-')[0]!).find((code) => Object.hasOwn(languages, code)) ?? 'en';
  }
}

export const language = new Language();
