/** Commands for a shell to run: what is put together here means what it says, whatever the words hold. */

const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** Writes words down as a command line. */
export function shellCommand(...words: readonly string[]): string {
  return words.map(shellWord).join(" ");
}

/** Writes a word down: as it is, or between quotation marks that nothing in it can end. */
export function shellWord(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
