import workerUrl from './worker?sharedworker&url';
import { FeedHub, type Ask, type Tell } from './hub';

const answerWithin = 4_000;

/** Responsible for the way between this tab and the feed: a worker that the tabs share where there is one, else a feed of its own. */
export class FeedChannel {
  private port: { post(ask: Ask): void; close(): void } | undefined;

  constructor(private readonly onTell: (tell: Tell) => void) {}

  join(session: string, url: string, cursor: string): void {
    const ask: Ask = { op: 'join', session, url, cursor };
    this.port ??= this.shared(ask) ?? this.own();
    this.port.post(ask);
  }

  wake = () => this.port?.post({ op: 'wake' });
  reconnect = () => this.port?.post({ op: 'reconnect' });
  doubt = () => this.port?.post({ op: 'doubt' });
  active = () => this.port?.post({ op: 'active' });
  expect = (since: number) => this.port?.post({ op: 'expect', since });
  resume = () => this.port?.post({ op: 'resume' });
  leave = () => this.close({ op: 'leave' });
  end = () => this.close({ op: 'end' });

  private close(last: Ask): void {
    this.port?.post(last);
    this.port?.close();
    this.port = undefined;
  }

  private own() {
    const hub = new FeedHub();
    const listener = (tell: Tell) => this.onTell(tell);
    return { post: (ask: Ask) => hub.ask(listener, ask), close: () => undefined };
  }

  // A worker that cannot be loaded, or does not answer, is none.
  private shared(join: Ask) {
    if (typeof SharedWorker === 'undefined') return undefined;
    try {
      const worker = new SharedWorker(trusted(workerUrl), { name: 'feed', type: import.meta.env.DEV ? 'module' : 'classic' });
      const giveUp = () => {
        clearTimeout(patience);
        if (this.port !== port) return;
        port.post({ op: 'leave' });
        port.close();
        this.port = this.own();
        this.port.post(join);
      };
      const patience = setTimeout(giveUp, answerWithin);
      worker.onerror = giveUp;
      worker.port.onmessage = ({ data }: MessageEvent<Tell>) => {
        clearTimeout(patience);
        if (this.port === port) this.onTell(data);
      };
      const port = { post: (ask: Ask) => worker.port.postMessage(ask), close: () => (clearTimeout(patience), worker.port.close()) };
      return port;
    } catch {
      return undefined;
    }
  }
}

interface Policies {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): URL };
}

let policy: ReturnType<Policies['createPolicy']> | undefined;

// Where the server requires trusted types, this one address is.
function trusted(url: string): string | URL {
  const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
  if (!policies) return url;
  policy ??= policies.createPolicy('intramessenger', {
    createScriptURL: (given) => {
      if (given !== workerUrl) throw new TypeError('Not a script of this page.');
      return given;
    },
  });
  return policy.createScriptURL(url);
}
