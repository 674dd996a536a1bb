import { expect, test } from 'vitest';
import { accentTokens, contrast } from './accent';

type Rgb = [number, number, number];
const rgb = (color: string) => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)) as Rgb;
const pair = (token: string) => /light-dark\((#\w{6}), (#\w{6})\)/.exec(token)!.slice(1).map(rgb) as [Rgb, Rgb];

const colors = ['#000000', '#ffffff', '#ffd400', '#17594a', '#ff0000', '#00ff00', '#0000ff', '#777777', '#8a8a8a'];
for (let r = 0; r < 256; r += 51) for (let g = 0; g < 256; g += 51) for (let b = 0; b < 256; b += 51) colors.push('#' + [r, g, b].map((v) => v.toString(16).padStart(2, '0')).join(''));

test('whatever the colour, what is written in it and on it can be read, in light and in dark', () => {
  for (const color of colors) {
    const tokens = accentTokens(color);
    const [onLight, onDark] = pair(tokens['--accent']!);
    const [softLight, softDark] = pair(tokens['--accent-soft']!);
    for (const [text, behind] of [
      [onLight, rgb('#ffffff')], [onLight, rgb('#f1ede5')], [onLight, softLight], [onDark, rgb('#191816')], [onDark, rgb('#2a2824')], [onDark, softDark],
      [rgb(tokens['--accent-ink']!), rgb(tokens['--accent-fill']!)], [rgb(tokens['--accent-ink']!), rgb(tokens['--accent-fill-strong']!)],
      [rgb('#24211c'), softLight], [rgb('#efebe4'), softDark],
    ] as const) expect(contrast(text, behind), `${color}: ${text} on ${behind}`).toBeGreaterThanOrEqual(4.5);
  }
});

test('what is filled has the very colour that was asked for', () => {
  expect(accentTokens('#FFD400')).toMatchObject({ '--accent-fill': '#ffd400', '--accent-ink': '#000000' });
  expect(accentTokens('#17594a')).toMatchObject({ '--accent-fill': '#17594a', '--accent-ink': '#ffffff' });
});
