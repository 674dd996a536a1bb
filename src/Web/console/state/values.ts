import type { Option, Value } from '../api/contracts';

export const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The part of a key before the dot. */
export const sectionOf = (key: string): string => key.split('.')[0]!;

/** What is typed as a number, where it is one; else as it was typed, so that it can be told what is wrong with it. */
export function readNumber(text: string): Value {
  return /^[+-]?\d+$/.test(text.trim()) ? Number(text) : text;
}

/** The texts of a list, one a line. */
export function readLines(text: string): readonly string[] {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
}

/** Whether a number is none, or out of its range; the rest is for the server to judge. */
export function isWrong(option: Option, value: Value): boolean {
  if (option.type !== 'number') return false;
  return typeof value !== 'number' || value < (option.minimum ?? -Infinity) || value > (option.maximum ?? Infinity);
}

/** The options in whose key or meaning, in either language, every word is found, whatever its case and accents. */
export function search(options: readonly Option[], query: string): readonly Option[] {
  const words = plain(query).split(/\s+/).filter((word) => word !== '');
  return options.filter((option) => {
    const text = plain(`${option.key} ${option.english} ${option.french}`);
    return words.every((word) => text.includes(word));
  });
}

/** By section, in the order in which they come. */
export function bySection(options: readonly Option[]): readonly { section: string; options: readonly Option[] }[] {
  const sections = new Map<string, Option[]>();
  for (const option of options) {
    const section = sectionOf(option.key);
    sections.set(section, [...(sections.get(section) ?? []), option]);
  }

  return [...sections].map(([section, options]) => ({ section, options }));
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
