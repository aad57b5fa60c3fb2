/** Text on its way to a terminal: pieces with a style each, and nothing in them that a terminal obeys. */

/** How a piece of text looks. */
export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** A piece of text with a style. */
export interface Styled {
  readonly text: string;
  readonly style: Style;
}

/** A piece of a line: foreign text and the command's own alike, for the way out makes all of it harmless. */
export type Span = string | Styled;

/** What stands on one line. */
export type Line = readonly Span[];

const SGR: Readonly<Record<Style, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };

/** Gives text a style; a sink without colours leaves it out. */
export function styled(style: Style, text: string): Styled {
  return { text, style };
}

/** Says that something is as it should be. */
export function green(text: string): Styled {
  return styled("green", text);
}

/** Says that something is broken. */
export function red(text: string): Styled {
  return styled("red", text);
}

/** Warns. */
export function yellow(text: string): Styled {
  return styled("yellow", text);
}

/** Names something that can be looked up or typed in. */
export function cyan(text: string): Styled {
  return styled("cyan", text);
}

/** Stands out. */
export function bold(text: string): Styled {
  return styled("bold", text);
}

/** Stands back. */
export function dim(text: string): Styled {
  return styled("dim", text);
}

/**
 * What a terminal obeys or does not show: control characters, what turns the direction of text or has no width, separators
 * of lines, halves of characters and what is none, and marks in such a pile that they cover the lines around.
 */
export const HIDDEN: RegExp =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]|(?<=\p{M}{3})\p{M}/gu;

/**
 * Makes visible what a terminal would obey or hide: ESC becomes `\x1b`, a newline `\x0a`.
 *
 * Guarantees: what comes out is one line, and a terminal shows each of its characters.
 */
export function visible(text: string): string {
  return text.replace(HIDDEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
    return code < 0x1_0000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\u{${code.toString(16)}}`;
  });
}

/** The columns that a piece takes: a character is one wide. */
export function widthOf(span: Span): number {
  return [...visible(typeof span === "string" ? span : span.text)].length;
}

/** Puts pieces together for a terminal. */
export function render(line: Line, colour: boolean): string {
  return line.map((span) => {
    if (typeof span === "string") return visible(span);
    const text = visible(span.text);
    return colour && text !== "" ? `\x1b[${SGR[span.style]}m${text}\x1b[0m` : text;
  }).join("");
}
