import type { Fetch } from '../api/http';
import { query } from '../api/http';
import type { FeedEvent } from './events';
import { endedBy, impatient, outcomeOf, type Outcome } from './outcome';
import type { Handlers } from './stream';

/** How much longer than its wait a poll may take. */
const grace = 15_000;

/** One long poll. Never throws. */
export async function poll(
  url: string, cursor: string | undefined, wait: number, fetch: Fetch, stop: AbortSignal, handlers: Handlers,
): Promise<Outcome> {
  const own = new AbortController();
  const started = Date.now();
  const lost = () => ({ kind: 'lost' as const, cut: { age: Date.now() - started, silence: Date.now() - started, survived: 0 } });
  const abort = () => own.abort();
  stop.addEventListener('abort', abort);
  const watchdog = setTimeout(abort, wait * 1000 + grace);
  try {
    const response = await fetch(url + query({ after: cursor, wait }), { cache: 'no-store', credentials: 'same-origin', signal: own.signal });
    if (!response.ok) return impatient.has(response.status) ? lost() : await outcomeOf(response);
    const answer = (await response.json()) as { events: FeedEvent[]; cursor: string };
    handlers.onLive();
    let end: Outcome | undefined;
    for (const event of answer.events) {
      if (end) break;
      handlers.onEvent(event);
      end = endedBy(event);
    }

    handlers.onCursor(answer.cursor);
    return end ?? { kind: 'again' };
  } catch {
    return stop.aborted ? { kind: 'aborted' } : lost();
  } finally {
    clearTimeout(watchdog);
    stop.removeEventListener('abort', abort);
    own.abort();
  }
}
