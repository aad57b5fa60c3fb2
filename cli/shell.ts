/** Commands for a shell to run: what is put together here means what it says, whatever the words hold. */
import { HIDDEN } from "./text.ts";

/** What zsh would look up as a command's path begins with an equals sign. */
const PLAIN = /^(?!=)[A-Za-z0-9_@%+=:,./-]+$/;
/** What printf takes as it is. */
const PRINTED = /[^A-Za-z0-9_@+=:,./ ]/gu;

/** Writes words down as a command line. */
export function shellCommand(...words: readonly string[]): string {
  return words.map(shellWord).join(" ");
}

/**
 * Writes a word down: as it is, or between quotation marks that nothing in it can end.
 *
 * Guarantees: a terminal obeys nothing of it. Newlines at its end stand there as they are: a shell would cut them off.
 */
export function shellWord(word: string): string {
  if (PLAIN.test(word)) return word;
  const text = word.replace(/\n+$/, "");
  if (text.search(HIDDEN) < 0) return quoted(word);
  const rest = word.slice(text.length);
  return `"$(printf '${text.replace(PRINTED, octal)}')"${rest === "" ? "" : quoted(rest)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function octal(character: string): string {
  return [...new TextEncoder().encode(character)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`)
    .join("");
}
