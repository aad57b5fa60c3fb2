/** The little of man(7) that a manual page needs: text that roff takes as it is meant, and a few macros. */

/** Foreign characters' names, for readers and printers that have no Unicode. */
const SPECIAL: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "'": "\\(aq",
  "^": "\\(ha",
  "~": "\\(ti",
  "`": "\\(ga",
};

/** Text as it is meant: no hyphen breaks, no quotation mark curls, and no line begins a request. */
export function escape(text: string): string {
  return text.replace(/[\\'^~`-]/g, (character) => SPECIAL[character] ?? character).replace(/^\./gm, "\\&.");
}

/** Words in bold: what is typed as it stands. */
export function bold(text: string): string {
  return `\\fB${escape(text)}\\fR`;
}

/** Words in italics: what is to be put in. */
export function italic(text: string): string {
  return `\\fI${escape(text)}\\fR`;
}

/** A section. */
export function section(title: string, ...lines: readonly string[]): string[] {
  return [`.SH ${title.toUpperCase()}`, ...lines];
}

/** A part of a section. @param title Escaped, as {@linkcode bold} gives it. */
export function subsection(title: string, ...lines: readonly string[]): string[] {
  return [`.SS "${title}"`, ...lines];
}

/** A term and what it means. @param term Escaped, as {@linkcode bold} gives it. */
export function term(term: string, text: string): string[] {
  return [".TP", term, escape(text)];
}

/** Paragraphs, filled. */
export function paragraphs(text: string): string[] {
  return text.split("\n\n").flatMap((paragraph) => [".PP", escape(paragraph.replaceAll("\n", " "))]);
}

/** Lines that stay as they are, indented. */
export function verbatim(lines: readonly string[]): string[] {
  return [".PP", ".nf", ".RS 4", ...lines.map(escape), ".RE", ".fi"];
}
