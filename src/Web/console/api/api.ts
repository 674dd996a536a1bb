import { NetworkError, problemOf } from '../../chat/api/problem';
import type { Edits, Impact, NodeItem, NodeSettings, Option, PolicySetItem, Revision, SheetDocument, Tagged } from './contracts';

type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

interface List<T> {
  items: readonly T[];
  next?: string;
}

const longest = 20_000;

/** The console's API. A sheet is named by its path: `cluster-defaults` or `policy-sets/a`. */
export class ConsoleApi {
  constructor(
    private readonly base: string,
    private readonly fetch: Fetch = (input, init) => globalThis.fetch(input, init),
  ) {}

  async signIn(username: string, password: string): Promise<void> {
    await this.send('POST', 'session', { username, password });
  }

  async signOut(): Promise<void> {
    await this.send('DELETE', 'session');
  }

  async options(): Promise<readonly Option[]> {
    return (await this.json<List<Option>>('GET', 'catalogue')).items;
  }

  async policySets(): Promise<readonly PolicySetItem[]> {
    return (await this.json<List<PolicySetItem>>('GET', 'policy-sets')).items;
  }

  async sheet(path: string): Promise<Tagged> {
    return tagged(await this.send('GET', path));
  }

  async save(path: string, etag: string, options: Edits, comment: string): Promise<Tagged> {
    return tagged(await this.send('PUT', path, { options, comment }, etag));
  }

  tryOut(path: string, options: Edits): Promise<Impact> {
    return this.json('PUT', `${path}?dryRun=true`, { options });
  }

  revisions(path: string, after?: string): Promise<List<Revision>> {
    return this.json('GET', `${path}/revisions?limit=20${after ? `&after=${after}` : ''}`);
  }

  async restore(path: string, etag: string, revision: number): Promise<Tagged> {
    return tagged(await this.send('POST', `${path}/revisions/${revision}/restore`, {}, etag));
  }

  async nodes(): Promise<readonly NodeItem[]> {
    return (await this.json<List<NodeItem>>('GET', 'nodes')).items;
  }

  nodeSettings(name: string): Promise<NodeSettings> {
    return this.json('GET', `nodes/${encodeURIComponent(name)}/settings`);
  }

  private async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    return (await (await this.send(method, path, body)).json()) as T;
  }

  private async send(method: string, path: string, body?: unknown, etag?: string): Promise<Response> {
    const headers: Record<string, string> = {};
    if (method !== 'GET') headers['Content-Type'] = 'application/json'; // asked for on every change with a cookie
    if (etag) headers['If-Match'] = etag;
    let response: Response;
    try {
      response = await this.fetch(this.base + path, {
        method, headers, credentials: 'same-origin', cache: 'no-store', signal: AbortSignal.timeout(longest),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch (e) {
      throw new NetworkError(String(e));
    }

    if (!response.ok) throw await problemOf(response);
    return response;
  }
}

async function tagged(response: Response): Promise<Tagged> {
  return { document: (await response.json()) as SheetDocument, etag: response.headers.get('ETag') ?? '' };
}
