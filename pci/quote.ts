/** Foreign text in messages: short, and without anything that a terminal obeys. */

const MOST = 60;

/**
 * Puts what somebody else wrote between quotation marks, for the message of an error.
 *
 * Guarantees: printable ASCII on one line, and no more than 60 characters of the text.
 */
export function quote(text: unknown): string {
  if (typeof text !== "string") return text === null ? "null" : typeof text;
  const shown = text.length > MOST ? `${text.slice(0, MOST)}...` : text;
  return JSON.stringify(shown).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
