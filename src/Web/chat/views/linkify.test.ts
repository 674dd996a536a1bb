import { expect, test } from 'vitest';
import { linkify } from './linkify';

const links = (text: string) => linkify(text).flatMap(({ href }) => href ?? []);

test.each([
  ['see https://example.org/x.', ['https://example.org/x']],
  ['(https://example.org/a_(b))', ['https://example.org/a_(b)']],
  ['http://a.example, https://b.example!', ['http://a.example/', 'https://b.example/']],
  ['HTTPS://EXAMPLE.ORG/Q?x=1&y=<b>', ['https://example.org/Q?x=1&y=']],
])('addresses in %s are found', (text, expected) => {
  expect(links(text)).toEqual(expected);
});

test.each([
  'javascript:alert(1)', 'data:text/html,<script>alert(1)</script>', 'file:///etc/passwd', 'https://', 'http://:80', 'vbscript:x', 'JaVaScRiPt://https',
  'https://bank.example@evil.example/', 'https://user:pass@evil.example', 'xhttps://example.org', '<a href="javascript:alert(1)">',
])('%s is no link', (text) => {
  expect(links(text)).toEqual([]);
});

test('whatever it holds, the pieces are the text, and links are http or https', () => {
  const parts = ['https://a.example/', 'http://', '"', "'", '<', '>', ' ', '\n', '\u202e', 'javascript:', ')', '(', '.', '@', '%00', 'é', '🙂', 'x', '&amp;', '\\'];
  let seed = 7;
  const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  for (let round = 0; round < 2_000; round++) {
    const text = Array.from({ length: 1 + Math.floor(random() * 12) }, () => parts[Math.floor(random() * parts.length)]).join('');
    const pieces = linkify(text);
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
    for (const { href } of pieces) if (href !== undefined) expect(href).toMatch(/^https?:\/\/[^\s"'<>]+$/);
  }
});
