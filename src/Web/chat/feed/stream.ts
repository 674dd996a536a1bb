import { query, type Fetch } from '../api/http';
import type { FeedEvent } from './events';
import { endedBy, outcomeOf, type Outcome } from './outcome';
import { SseParser } from './sse';

/** The first byte of a stream, its cursor, comes at once. */
export const firstByteWithin = 5_000;

/** A stream that says nothing for so many of its heartbeats is dead. */
export const heartbeatsMissed = 2.5;

export interface Handlers {
  onLive(): void;
  /** Something came, if only a heartbeat. `age` in milliseconds. */
  onSound?(age: number): void;
  onEvent(event: FeedEvent): void;
  onCursor(cursor: string): void;
}

/** One event stream, from the request to its end. Never throws. */
export async function stream(
  url: string, cursor: string | undefined, heartbeat: number, fetch: Fetch, stop: AbortSignal, handlers: Handlers,
): Promise<Outcome> {
  const own = new AbortController();
  const started = Date.now();
  let heardAt = started;
  let survived = 0;
  const abort = () => own.abort();
  stop.addEventListener('abort', abort);
  let hasBytes = false;
  let watchdog = setTimeout(abort, firstByteWithin);
  let end: Outcome | undefined;

  const lost = (): Outcome => {
    const now = Date.now();
    return hasBytes ? { kind: 'lost', cut: { age: now - started, silence: now - heardAt, survived } } : { kind: 'lost' };
  };

  const parser = new SseParser(
    (event) => {
      if (end) return;
      const item = parse(event.type, event.data);
      if (!item) return;
      handlers.onEvent(item);
      end = endedBy(item);
    },
    (id) => handlers.onCursor(id),
  );

  try {
    const headers: Record<string, string> = { Accept: 'text/event-stream' };
    if (cursor) headers['Last-Event-ID'] = cursor;
    const response = await fetch(url + query({ heartbeat }), { headers, cache: 'no-store', credentials: 'same-origin', signal: own.signal });
    if (!response.ok) return await outcomeOf(response);
    const reader = response.body!.getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return end ?? lost();
      if (hasBytes) survived = Math.max(survived, Date.now() - heardAt);
      else handlers.onLive();
      hasBytes = true;
      heardAt = Date.now();
      handlers.onSound?.(heardAt - started);
      clearTimeout(watchdog);
      watchdog = setTimeout(abort, heartbeat * 1000 * heartbeatsMissed);
      parser.push(value);
      if (end) return end;
    }
  } catch {
    if (stop.aborted) return { kind: 'aborted' };
    // Nothing at all, or nothing but the beginning: as where a proxy lets the first bytes through and keeps the rest.
    return own.signal.aborted && survived < heartbeat * 500 ? { kind: 'silent' } : lost();
  } finally {
    clearTimeout(watchdog);
    stop.removeEventListener('abort', abort);
    own.abort();
  }
}

function parse(type: string, data: string): FeedEvent | undefined {
  try {
    return { ...JSON.parse(data), type } as FeedEvent;
  } catch {
    return undefined;
  }
}
