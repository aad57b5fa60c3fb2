/** Foreign words in messages. */

const LONGEST = 60;

/** Writes a word between quotation marks, and not more of it than a message has room for. */
export function quoted(word: string): string {
  return JSON.stringify(word.length > LONGEST ? `${word.slice(0, LONGEST)}...` : word);
}
