import type { Options } from '../api/contracts';
import { NetworkError, ProblemError } from '../api/problem';
import type { Texts } from './en';
import { number } from './format';

/** What went wrong, in the person's words. */
export function inWords(error: unknown, texts: Texts, code: string): string {
  if (error instanceof NetworkError) return texts.networkProblem;
  if (!(error instanceof ProblemError)) return texts.unknownProblem;
  const limit = error.problem.limit;
  return ofCode(error.code, texts, code, limit?.value) ?? firstError(error) ?? error.problem.detail ?? texts.unknownProblem;
}

/** What a new password must be like. */
export function passwordRule(options: Options, texts: Texts): string {
  return [
    texts.atLeast(options['accounts.passwordMinLength'] ?? 1),
    options['accounts.passwordNeedsDigitAndLetter'] && texts.digitAndLetter,
    options['accounts.passwordNeedsUpperAndLower'] && texts.upperAndLower,
    options['accounts.passwordNeedsSpecial'] && texts.specialCharacter,
  ].filter(Boolean).join(' ');
}

/** By its code alone; undefined where this page does not know it. */
export function ofCode(problem: string, texts: Texts, code: string, limit?: number): string | undefined {
  const known: Record<string, (count: number, n: string) => string> = texts.problems;
  if (!Object.hasOwn(known, problem) || (known[problem]!.length > 0 && limit === undefined)) return undefined;
  return known[problem]!(limit ?? 0, number(limit ?? 0, code));
}

function firstError(error: ProblemError): string | undefined {
  return Object.values(error.problem.errors ?? {})[0]?.[0];
}
