import { en, type Texts } from './en';
import { fr } from './fr';

const languages = { en, fr } satisfies Record<string, Texts>;

export type LanguageCode = keyof typeof languages;

/** Responsible for the language of the page: what the person chose, else what the policy prefers, else the first of the browser's that there is. */
class Language {
  chosen = $state<LanguageCode | 'system'>('system');
  preferred = $state<LanguageCode | 'auto'>('auto');
  offered = $state.raw<readonly string[]>(['en']);

  readonly code: LanguageCode = $derived(
    this.chosen !== 'system' ? this.chosen : this.preferred !== 'auto' ? this.preferred : firstKnown(this.offered),
  );
  readonly texts: Texts = $derived(languages[this.code]);
  readonly all = Object.entries(languages).map(([code, texts]) => ({ code: code as LanguageCode, name: texts.name }));
}

/** Of the browser's languages, such as `fr-CA`, the first that the page speaks. */
export function firstKnown(offered: readonly string[]): LanguageCode {
  for (const tag of offered) {
    const code = tag.toLowerCase().split('-')[0]!;
    if (code in languages) return code as LanguageCode;
  }

  return 'en';
}

export const language = new Language();
