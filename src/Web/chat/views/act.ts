import { OutdatedError } from '../api/problem';
import { toasts } from '../../ui/toasts.svelte';
import { language } from '../texts/language.svelte';
import { inWords } from '../texts/problems';

/** Does what a person asked for; where it fails, says why. */
export async function act(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof OutdatedError) return false; // whoever asked has left
    toasts.show(inWords(error, language.texts, language.code), 'bad');
    return false;
  }
}
