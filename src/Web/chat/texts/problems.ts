import { NetworkError, ProblemError } from '../api/problem';
import type { Texts } from './en';
import { number } from './format';

/** What went wrong, in the person's words. */
export function inWords(error: unknown, texts: Texts, code: string): string {
  if (error instanceof NetworkError) return texts.networkProblem;
  if (!(error instanceof ProblemError)) return texts.unknownProblem;
  const limit = error.problem.limit;
  return ofCode(error.code, texts, limit ? number(limit.value, code) : '') ?? firstError(error) ?? error.problem.detail ?? texts.unknownProblem;
}

/** By its code alone; undefined where this page does not know it. */
export function ofCode(code: string, texts: Texts, limit = ''): string | undefined {
  const known: Record<string, (limit: string) => string> = texts.problems;
  return Object.hasOwn(known, code) ? known[code]!(limit) : undefined;
}

function firstError(error: ProblemError): string | undefined {
  return Object.values(error.problem.errors ?? {})[0]?.[0];
}
