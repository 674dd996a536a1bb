const day = 24 * 60 * 60 * 1000;

/** 14:05 */
export const time = (iso: string, code: string) => format(code, { hour: '2-digit', minute: '2-digit' }).format(new Date(iso));

/** In full, for who wants to know exactly. */
export const exactly = (iso: string, code: string) => format(code, { dateStyle: 'full', timeStyle: 'short' }).format(new Date(iso));

export const number = (value: number, code: string) => new Intl.NumberFormat(code).format(value);

/** How many days ago that day was, by the calendar of this place. */
export function daysAgo(iso: string, now = new Date()): number {
  const then = new Date(iso);
  return Math.round((midnight(now) - midnight(then)) / day);
}

/** The heading of a day: today, yesterday, Monday, 3 May, 3 May 2024. */
export function dayName(iso: string, code: string, words: { today: string; yesterday: string }, now = new Date()): string {
  const ago = daysAgo(iso, now);
  if (ago <= 0) return words.today;
  if (ago === 1) return words.yesterday;
  const date = new Date(iso);
  if (ago < 7) return capital(format(code, { weekday: 'long' }).format(date), code);
  const year = date.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const };
  return capital(format(code, { weekday: 'long', day: 'numeric', month: 'long', ...year }).format(date), code);
}

/** As short as it gets, for lists: 14:05, Mon, 3 May, 03/05/2024. */
export function shortly(iso: string, code: string, words: { yesterday: string }, now = new Date()): string {
  const ago = daysAgo(iso, now);
  const date = new Date(iso);
  if (ago <= 0) return time(iso, code);
  if (ago === 1) return words.yesterday;
  if (ago < 7) return format(code, { weekday: 'short' }).format(date);
  if (date.getFullYear() === now.getFullYear()) return format(code, { day: 'numeric', month: 'short' }).format(date);
  return format(code, { dateStyle: 'short' }).format(date);
}

/** "5 minutes ago", "now". */
export function ago(iso: string, code: string, now = Date.now()): string {
  const words = new Intl.RelativeTimeFormat(code, { numeric: 'auto' });
  const minutes = Math.round((Date.parse(iso) - now) / 60_000);
  if (minutes > -1) return words.format(0, 'second');
  if (minutes > -60) return words.format(minutes, 'minute');
  if (minutes > -24 * 60) return words.format(Math.round(minutes / 60), 'hour');
  return words.format(Math.round(minutes / (24 * 60)), 'day');
}

const formats = new Map<string, Intl.DateTimeFormat>();

// Making one is slow, and a list needs many.
function format(code: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = code + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat(regional(code), options)));
  return found;
}

// The person's own region for the language of the page, where the browser knows one: 14:05 in Britain, 2:05 PM in the States.
function regional(code: string): string {
  const languages = typeof navigator === 'undefined' ? [] : navigator.languages;
  return languages.find((tag) => tag.toLowerCase().startsWith(`${code}-`)) ?? code;
}

function midnight(date: Date): number {
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
}

function capital(text: string, code: string): string {
  return text.charAt(0).toLocaleUpperCase(code) + text.slice(1);
}
