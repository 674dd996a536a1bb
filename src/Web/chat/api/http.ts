import { NetworkError, OutdatedError, problemOf } from './problem';

export type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

const longest = 20_000;

/** Requests under one base address: JSON in, JSON out, a `ProblemError` for every no. */
export class Http {
  /** Called where an answer says that nobody is signed in. */
  onNoSession: () => void = () => undefined;

  /** Called where an answer says that the password is too old for anything else. */
  onPasswordExpired: () => void = () => undefined;

  /** Called where a request had no answer in time, or the answer that who should answer does not. */
  onDoubt: () => void = () => undefined;

  private session = 0;

  constructor(
    private readonly base: string,
    private readonly fetch: Fetch = (input, init) => globalThis.fetch(input, init),
  ) {}

  /** The session is over: what it asked for is nobody's any more, whenever the answer comes. */
  forget(): void {
    this.session++;
  }

  get<T>(path: string): Promise<T> {
    return this.send<T>('GET', path);
  }

  async send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { session } = this;
    const response = await this.answer(method, path, body);
    if (session !== this.session) throw new OutdatedError();
    if (!response.ok) {
      const error = await problemOf(response);
      if (session !== this.session) throw new OutdatedError();
      if (error.code === 'no-session') this.onNoSession();
      else if (error.code === 'password-expired') this.onPasswordExpired();
      else if (error.code === 'busy' || error.status === 502 || error.status === 504) this.onDoubt();
      throw error;
    }

    if (response.status === 204) return undefined as T;
    let answer: T;
    try {
      answer = (await response.json()) as T;
    } catch (e) {
      throw new NetworkError(String(e)); // cut off in the middle
    }

    if (session !== this.session) throw new OutdatedError();
    return answer;
  }

  private async answer(method: string, path: string, body: unknown): Promise<Response> {
    const init: RequestInit = { method, credentials: 'same-origin', cache: 'no-store', signal: AbortSignal.timeout(longest) };
    // Asked for on every change with a cookie session, whether it has a body or not.
    if (method !== 'GET') init.headers = { 'Content-Type': 'application/json' };
    if (body !== undefined) init.body = JSON.stringify(body);
    try {
      return await this.fetch(this.base + path, init);
    } catch (e) {
      this.onDoubt();
      throw new NetworkError(String(e));
    }
  }
}

/** `?a=1&b=2` of what is given. */
export function query(parameters: Record<string, string | number | undefined>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([key, value]) => [key, String(value)]))}`;
}
