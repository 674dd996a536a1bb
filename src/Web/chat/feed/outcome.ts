import { problemOf } from '../api/problem';
import type { Cut } from './way';

/** How one event request ended, and so what the feed does next. */
export type Outcome =
  | { kind: 'again' } // it ended as it should: go on at once
  | { kind: 'lost'; retryAfter?: number | undefined; cut?: Cut } // cut: not by who answers, but on the way
  | { kind: 'silent' } // no byte, or no heartbeat: something on the way holds it back, or the server stands still
  | { kind: 'badCursor' }
  | { kind: 'full'; limit?: number | undefined; retryAfter?: number | undefined }
  | { kind: 'maintenance'; retryAfter?: number | undefined }
  | { kind: 'replaced' }
  | { kind: 'signedOut' }
  | { kind: 'aborted' };

/** How a proxy says that it did not wait any longer. */
export const impatient = new Set([408, 502, 504]);

/** What an answer other than 200 means for the feed. */
export async function outcomeOf(response: Response): Promise<Outcome> {
  const error = await problemOf(response);
  // Who has to change the password first signs in anew, and is asked to.
  if (error.status === 401 || error.code === 'password-expired') return { kind: 'signedOut' };
  if (error.code === 'max-connected-users') return { kind: 'full', limit: error.problem.limit?.value, retryAfter: error.retryAfter };
  if (error.code === 'maintenance') return { kind: 'maintenance', retryAfter: error.retryAfter };
  if (error.status === 422) return { kind: 'badCursor' };
  return { kind: 'lost', retryAfter: error.retryAfter };
}

/** What an event means for the request that brought it; undefined where it goes on. */
export function endedBy(event: { type: string; limit?: number; retryAfter?: number }): Outcome | undefined {
  switch (event.type) {
    case 'replaced':
      return { kind: 'replaced' };
    case 'signedOut':
      return { kind: 'signedOut' };
    case 'noPlace':
      return { kind: 'full', limit: event.limit };
    case 'maintenance':
      return { kind: 'maintenance', retryAfter: event.retryAfter === undefined ? undefined : event.retryAfter * 1000 };
    case 'moved':
    case 'resync':
      return { kind: 'again' };
    default:
      return undefined;
  }
}
