/// <reference lib="webworker" />
import { FeedHub, type Ask } from './hub';

// Lives as long as any tab of the page does, and holds the one feed of all of them.
const hub = new FeedHub();

(self as unknown as SharedWorkerGlobalScope).onconnect = ({ ports }) => {
  const port = ports[0]!;
  const listener = (tell: unknown) => port.postMessage(tell);
  port.onmessage = ({ data }: MessageEvent<Ask>) => hub.ask(listener, data);
};
