/** Quantities as people read them, beside those of views. */

/** Writes a number with what is counted: "1 vector", "2 vectors". */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
