/** What a terminal does with what it is sent. */

const ESCAPE = "\x1b";
/** The command's own colours: on, and off again. */
const OWN = new RegExp(`${ESCAPE}\\[(?:1|2|31|32|33|36)m([^${ESCAPE}]*)${ESCAPE}\\[0m`, "g");
/**
 * What it obeys, and what it does not show: controls but for the newline, what turns the direction of text or has no
 * width, halves of characters, and letters with so many marks that they cover the lines around them.
 */
const OBEYED =
  /[^\P{Cc}\n]|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}|\p{Default_Ignorable_Code_Point}|(?<=\p{M}{3})\p{M}|[\ufffe\uffff\u{1fffe}\u{10ffff}]/gu;

/** What of a text a terminal would obey or hide, but for the command's own colours. */
export function obeyed(printed: string): string[] {
  return printed.replace(OWN, "$1").match(OBEYED)?.map((character) => JSON.stringify(character)) ?? [];
}
