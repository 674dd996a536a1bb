import { expect, test } from 'vitest';
import { SseParser, type ServerSentEvent } from './sse';

function parse(pieces: Uint8Array[]) {
  const events: ServerSentEvent[] = [];
  const ids: string[] = [];
  const parser = new SseParser((event) => events.push(event), (id) => ids.push(id));
  for (const piece of pieces) parser.push(piece);
  return { events, ids };
}

const bytes = (text: string) => new TextEncoder().encode(text);

const sample = 'id: 1.2.3\n\n:\n\nid: 4\nevent: message\ndata: {"text":"é 🙂 — 谢谢"}\n\r\nevent:typing\rdata:a\rdata: b\r\rid: 5\r\n\r\ndata\n\nretry: 3\nunknown: x\n\nevent: crlf\r\ndata: 1\r\ndata: 2\r\n\r\n';
const expected = {
  events: [
    { type: 'message', data: '{"text":"é 🙂 — 谢谢"}' },
    { type: 'typing', data: 'a\nb' },
    { type: 'message', data: '' },
    { type: 'crlf', data: '1\n2' },
  ],
  ids: ['1.2.3', '4', '5'],
};

test('a stream in one piece is understood', () => {
  expect(parse([bytes(sample)])).toEqual(expected);
});

test('a stream cut anywhere, also inside characters and line ends, is the same', () => {
  const all = bytes(sample);
  for (let at = 0; at <= all.length; at++) expect(parse([all.slice(0, at), all.slice(at)]), `cut at ${at}`).toEqual(expected);
  expect(parse(Array.from(all, (byte) => Uint8Array.of(byte)))).toEqual(expected);
});

test('an event that is not finished is not told', () => {
  expect(parse([bytes('event: message\ndata: half\n')]).events).toEqual([]);
});

test('a byte order mark is no part of the first field', () => {
  expect(parse([bytes('\uFEFFid: 7\n\n')]).ids).toEqual(['7']);
});

test('an id counts after its event, so that a lost one is asked for again', () => {
  const order: string[] = [];
  new SseParser(() => order.push('event'), () => order.push('id')).push(bytes('id: 1\ndata: x\n\n'));
  expect(order).toEqual(['event', 'id']);
});
