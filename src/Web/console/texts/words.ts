import { NetworkError, ProblemError } from '../../chat/api/problem';
import { number } from '../../chat/texts/format';
import type { Option } from '../api/contracts';
import type { Texts } from './en';

/** A value as it is read, such as `3 contacts`, `yes` or `empty`; null is the inherited one. */
export function valueInWords(value: unknown, texts: Texts, code: string, option?: Option): string {
  if (value === null || value === undefined) return texts.inheritedValue;
  if (typeof value === 'boolean') return value ? texts.yes : texts.no;
  if (typeof value === 'number') return [number(value, code), unit(option, texts)].filter(Boolean).join(' ');
  const text = Array.isArray(value) ? value.join(', ') : String(value);
  return text === '' ? texts.empty : text;
}

export const meaning = (option: Option, code: string): string => (code === 'fr' ? option.french : option.english);

export const unit = (option: Option | undefined, texts: Texts): string => (option?.unit ? (texts.units[option.unit] ?? option.unit) : '');

/** What went wrong, in the administrator's words. */
export function problemInWords(error: unknown, texts: Texts): string {
  if (error instanceof NetworkError) return texts.networkProblem;
  if (!(error instanceof ProblemError)) return texts.unknownProblem;
  return Object.hasOwn(texts.problems, error.code) ? texts.problems[error.code]! : (error.problem.detail ?? texts.unknownProblem);
}
