import type { Problem } from './contracts';

/** An answer that says no: what a problem document tells. */
export class ProblemError extends Error {
  /** The last part of the document's `type`: what clients decide by. */
  readonly code: string;

  constructor(
    readonly status: number,
    readonly problem: Partial<Problem> = {},
    /** Milliseconds until it makes sense to try again, where the answer says so. */
    readonly retryAfter?: number,
  ) {
    super(problem.detail ?? `HTTP ${status}`);
    this.code = problem.type?.split('/').pop() || `http-${status}`;
  }

  /** The first thing that is wrong with this field. */
  field(name: string): string | undefined {
    return this.problem.errors?.[name]?.[0];
  }
}

/** The answer belongs to a session that is over. */
export class OutdatedError extends Error {}

/** No answer at all: the network, or a server that is not there. */
export class NetworkError extends Error {}

/** Whether the same request may well succeed later. */
export function isPassing(error: unknown): boolean {
  if (error instanceof NetworkError) return true;
  return error instanceof ProblemError && (error.status >= 500 || error.status === 429 || error.status === 408);
}

export async function problemOf(response: Response): Promise<ProblemError> {
  let document: Partial<Problem> = {};
  try {
    const body: unknown = await response.json();
    if (typeof body === 'object' && body !== null) document = body;
  } catch {
    // A proxy's own page, or nothing.
  }

  return new ProblemError(response.status, document, retryAfter(response.headers.get('Retry-After')));
}

/** In milliseconds. The header holds seconds or a date. */
export function retryAfter(header: string | null, now = Date.now()): number | undefined {
  if (!header) return undefined;
  const seconds = Number(header);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}
