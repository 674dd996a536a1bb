export interface ServerSentEvent {
  type: string;
  data: string;
}

/** Takes a stream of server-sent events in pieces cut anywhere. */
export class SseParser {
  private readonly decoder = new TextDecoder(); // drops a byte order mark
  private rest = '';
  private endedWithReturn = false;
  private type = '';
  private data: string[] = [];
  private id: string | undefined;

  constructor(
    private readonly onEvent: (event: ServerSentEvent) => void,
    /** Called with every id, after the event that it comes with: also where there is no event. */
    private readonly onId: (id: string) => void,
  ) {}

  push(bytes: Uint8Array): void {
    const text = this.decoder.decode(bytes, { stream: true });
    if (text === '') return;
    const isSecondHalf = this.endedWithReturn && text.startsWith('\n');
    this.endedWithReturn = text.endsWith('\r');
    const lines = (this.rest + (isSecondHalf ? text.slice(1) : text)).split(/\r\n|\r|\n/);
    this.rest = lines.pop()!;
    for (const line of lines) this.line(line);
  }

  private line(line: string): void {
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return; // a comment: the heartbeat
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.type = value;
    else if (field === 'data') this.data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.id = value;
  }

  private dispatch(): void {
    if (this.data.length > 0) this.onEvent({ type: this.type || 'message', data: this.data.join('\n') });
    if (this.id !== undefined) this.onId(this.id);
    this.id = undefined;
    this.type = '';
    this.data = [];
  }
}
