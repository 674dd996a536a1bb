type Rgb = readonly [number, number, number];

const readable = 4.6; // WCAG asks for 4.5; a little is lost in whole numbers
const black: Rgb = [0, 0, 0];
const white: Rgb = [255, 255, 255];

/** The surfaces that are hardest to read on, of `tokens.css`, and what goes away from them. */
const light = { surface: rgb('#ffffff'), hardest: rgb('#f1ede5'), away: black };
const dark = { surface: rgb('#22201d'), hardest: rgb('#2a2824'), away: white };

/**
 * The tokens of an accent of one's own. What is filled with it has exactly this colour, with a writing on it that can be read; where it is itself a
 * writing it is made darker, or in the dark lighter, until it can be read.
 */
export function accentTokens(color: string): Record<string, string> {
  const given = rgb(color);
  const ink = contrast(given, white) >= contrast(given, black) ? white : black;
  const both = (of: (scheme: typeof light) => Rgb) => `light-dark(${hex(of(light))}, ${hex(of(dark))})`;
  return {
    '--accent': both((scheme) => writing(given, scheme)),
    '--accent-strong': both((scheme) => mix(writing(given, scheme), scheme.away, 0.2)),
    '--accent-fill': hex(given),
    '--accent-fill-strong': hex(mix(given, ink === white ? black : white, 0.15)),
    '--accent-ink': hex(ink),
    '--accent-soft': both((scheme) => soft(given, scheme)),
    '--accent-line': both((scheme) => mix(scheme.surface, given, 0.3)),
    '--focus': both((scheme) => writing(given, scheme)),
  };
}

function writing(color: Rgb, scheme: typeof light): Rgb {
  for (let part = 0; part < 1; part += 0.05) {
    const shade = mix(color, scheme.away, part);
    if (contrast(shade, scheme.hardest) >= readable && contrast(shade, soft(color, scheme)) >= readable) return shade;
  }

  return scheme.away;
}

const soft = (color: Rgb, { surface }: typeof light) => mix(surface, color, 0.12);

function rgb(color: string): Rgb {
  const at = (index: number) => parseInt(color.slice(index, index + 2), 16);
  return [at(1), at(3), at(5)];
}

const hex = (color: Rgb) => '#' + color.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('');

const mix = (from: Rgb, to: Rgb, part: number) => from.map((value, i) => value + (to[i]! - value) * part) as unknown as Rgb;

/** As WCAG 2 defines it: 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(color: Rgb): number {
  const [r, g, b] = color.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
