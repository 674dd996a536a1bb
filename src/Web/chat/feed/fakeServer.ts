import type { Fetch } from '../api/http';

/** One request that a test answers as it likes. */
export class FakeRequest {
  readonly answer: Promise<Response>;
  private resolve!: (response: Response) => void;
  private reject!: (error: unknown) => void;
  private body: ReadableStreamDefaultController<Uint8Array> | undefined;

  constructor(readonly url: string, readonly headers: Record<string, string>, readonly signal: AbortSignal | null | undefined) {
    this.answer = new Promise((resolve, reject) => ([this.resolve, this.reject] = [resolve, reject]));
    signal?.addEventListener('abort', () => {
      this.reject(new DOMException('aborted', 'AbortError'));
      try {
        this.body?.error(new DOMException('aborted', 'AbortError'));
      } catch {
        // It had ended.
      }
    });
  }

  get isStream(): boolean {
    return this.headers['Accept'] === 'text/event-stream';
  }

  /** Answers with a stream that stays open. */
  open(first = 'id: c0\n\n'): void {
    const stream = new ReadableStream<Uint8Array>({ start: (controller) => void (this.body = controller) });
    this.resolve(new Response(stream, { status: 200 }));
    if (first) this.write(first);
  }

  write(text: string): void {
    this.body!.enqueue(new TextEncoder().encode(text));
  }

  event(type: string, payload: object = {}, id = ''): void {
    this.write(`${id && `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify(payload)}\n\n`);
  }

  end(): void {
    this.body!.close();
  }

  break(): void {
    if (this.body) this.body.error(new TypeError('network error'));
    else this.reject(new TypeError('Failed to fetch'));
  }

  json(status: number, body: unknown, headers: Record<string, string> = {}): void {
    this.resolve(new Response(status === 204 ? null : JSON.stringify(body), { status, headers }));
  }

  problem(status: number, code: string, headers: Record<string, string> = {}, more: object = {}): void {
    this.json(status, { type: `https://example/problems/${code}`, title: code, status, detail: `detail of ${code}`, ...more }, headers);
  }
}

/** Stands in for the network: keeps every request until the test answers it. */
export class FakeServer {
  readonly requests: FakeRequest[] = [];

  readonly fetch: Fetch = (url, init) => {
    const request = new FakeRequest(url, (init?.headers ?? {}) as Record<string, string>, init?.signal);
    this.requests.push(request);
    return request.answer;
  };

  get last(): FakeRequest {
    return this.requests.at(-1)!;
  }
}
