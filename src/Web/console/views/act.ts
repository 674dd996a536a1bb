import { toasts } from '../../ui/toasts.svelte';
import { language } from '../texts/language.svelte';
import { problemInWords } from '../texts/words';

/** Does it, and says where it did not work. */
export async function act<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (e) {
    toasts.show(problemInWords(e, language.texts), 'bad');
    return undefined;
  }
}
