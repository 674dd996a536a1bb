export interface Piece {
  text: string;
  /** Where it leads; only http and https. */
  href?: string;
}

const candidate = /\bhttps?:\/\/[^\s<>"'`\p{Cc}\p{Cf}]+/giu;
const closing: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/** Text with its addresses told apart. Whatever it holds, the pieces together are the text. */
export function linkify(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(candidate)) {
    const found = trimmed(match[0]);
    const href = hrefOf(found);
    if (!href) continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    pieces.push({ text: found, href });
    end = match.index + found.length;
  }

  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

// The full stop after an address belongs to the sentence, and so does a bracket that was opened before it.
function trimmed(address: string): string {
  for (;;) {
    const last = address.at(-1)!;
    const opening = closing[last];
    const isUnpaired = opening !== undefined && count(address, last) > count(address, opening);
    if (!isUnpaired && !'.,;:!?…»”’*_'.includes(last)) return address;
    address = address.slice(0, -1);
  }
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

// With a name before an @, an address can look like another one.
function hrefOf(address: string): string | undefined {
  try {
    const url = new URL(address);
    const isPlain = (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '' && url.username === '' && url.password === '';
    return isPlain ? url.href : undefined;
  } catch {
    return undefined;
  }
}
