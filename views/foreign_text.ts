/** Foreign text that is to be shown: bounded, on one line, and without anything that acts instead of being seen. */

/** Names and messages are shorter; what is longer was not meant to be read. */
const MOST = 2000;
/** A letter with more marks above it than writing needs covers the lines around it. */
const STACKED = /(\p{M}{3})\p{M}+/gu;
/** Controls, what orders or hides other text, letters that nobody sees, halves of characters, and what is no character. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\u2028\u2029\p{Default_Ignorable_Code_Point}]/gu;
/** What most text is: nothing to look for. */
const PLAIN = /^[\x20-\x7e]*$/;
const BLANKS = /[\t\r\n]+/g;

/**
 * Makes foreign text fit to be shown, as the content of any format: escaping for the format comes after it.
 *
 * Guarantees: no control characters, also none that change the direction of text or have no width, no lone surrogates
 * and no noncharacters (each becomes U+FFFD, tabs and line ends a space); at most 2000 UTF-16 units.
 */
export function visibleText(text: string): string {
  if (text.length <= MOST && PLAIN.test(text)) return text;
  return clip(text, MOST).replace(BLANKS, " ").replace(UNSEEN, "\ufffd").replace(STACKED, "$1");
}

/** Cuts text that is longer than `most` UTF-16 units; an ellipsis stands for what is left out. */
export function clip(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, Math.max(0, most - 1))}…` : text;
}
