/** How wide text will be, as far as that can be told without the fonts: rather too wide than too narrow. */

/** Widths in em of the widest common sans-serif font, DejaVu Sans; every group of characters with the widest of it. */
const WIDTHS: ReadonlyMap<string, number> = new Map(
  ([
    ["ijl.,:;'|! []()/\\·-", 0.4],
    ['frtsIJ"', 0.53],
    ["mMwW%@…●○◆✗△", 1],
    ["ABCDEFGHKLNOPQRSTUVXYZ&#+=<>~_", 0.8],
    ["abcdeghknopquvxyz0123456789*?^`{}$–µ", 0.65],
  ] as const).flatMap(([characters, width]) =>
    Array.from(characters, (character) => [character, width] as const)
  ),
);
/** Latin letters with marks, and what else stands below U+0250. */
const LATIN = 0.85;
const MONO = 0.61;
/** What nobody knows the width of is drawn as wide as this, by force. */
const UNKNOWN = 1;

/** Tells the width of text. @param size Of the font. @param mono It is a font of equal widths. */
export function textWidth(text: string, size: number, mono = false): number {
  let width = 0;
  for (const character of text) width += widthOf(character, mono);
  return width * size;
}

/** Cuts text so that it is no wider than `width`. */
export function fitText(text: string, width: number, size: number, mono = false): string {
  const room = width / size;
  const ellipsis = widthOf("…", mono);
  let used = 0;
  let fitting = 0;
  for (const character of text) {
    used += widthOf(character, mono);
    if (used > room) return `${text.slice(0, fitting).trimEnd()}…`;
    if (used + ellipsis <= room) fitting += character.length;
  }
  return text;
}

/** Tells whether text has characters whose width depends on what font has them, if any. */
export function hasUnknownWidth(text: string): boolean {
  return Array.from(text).some((character) => knownWidth(character) === undefined);
}

function widthOf(character: string, mono: boolean): number {
  const known = knownWidth(character);
  if (known === undefined) return UNKNOWN;
  return mono ? MONO : known;
}

function knownWidth(character: string): number | undefined {
  return WIDTHS.get(character) ?? (/[\xa1-\u024f]/.test(character) ? LATIN : undefined);
}
