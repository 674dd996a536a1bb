/** One or two letters for a name: of the first and the last word, whole characters even where they are pairs. */
export function initials(name: string): string {
  const words = name.trim().split(/[\s._-]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const letters = (words.length > 1 ? [words[0]!, words.at(-1)!] : words).map((word) => word.match(/[\p{L}\p{N}]/u)![0]);
  return letters.join('').toLocaleUpperCase() || '?';
}

export const tones = 8;

/** Always the same for the same id, and about as often each. */
export function toneOf(id: string): number {
  let hash = 2166136261;
  for (const character of id) hash = Math.imul(hash ^ character.codePointAt(0)!, 16777619) >>> 0;
  return ((hash ^ (hash >>> 15)) >>> 0) % tones;
}
