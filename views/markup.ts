/**
 * Markup: XML and HTML that was put together from literals of this project, and text that cannot be anything else.
 *
 * It is the one way to make SVG, HTML and other XML here. What is inserted is escaped, unless it is markup itself; and
 * markup is made by the tag alone.
 */
import { visibleText } from "./foreign_text.ts";

/** What can be inserted: text, which is escaped; markup, which is not; several of them; or nothing. */
export type Insertion = string | number | bigint | undefined | Markup | readonly Insertion[];

/** Text with markup in it, well-formed as far as its literals are. */
export class Markup {
  readonly #text: string;

  /** Only {@linkcode markup} makes one: it has the key. */
  constructor(key: symbol, text: string) {
    if (key !== KEY) {
      throw new TypeError("Cannot make markup of text: the tag `markup` escapes what is inserted");
    }
    this.#text = text;
  }

  /** Tells the text of markup; undefined for anything else, however much it looks like markup. */
  static textOf(value: unknown): string | undefined {
    return typeof value === "object" && value !== null && #text in value ? value.#text : undefined;
  }

  /** The text to write into a file. */
  toString(): string {
    return this.#text;
  }
}

const KEY = Symbol("markup");
/** Literals that were looked at, for each stands in code that may run often. */
const checked = new WeakSet<TemplateStringsArray>();

/**
 * Makes markup of a template; what is inserted is text, and stays so.
 *
 * Guarantees: text that is inserted neither opens nor closes an element or attribute, in XML as in HTML, and consists of
 * characters that XML allows ({@linkcode visibleText}).
 *
 * @throws {TypeError} for an insertion where escaping would not help: outside content and double quotation marks, in
 * `<style>`, `<script>` and comments, in attributes that hold code or addresses (`href="#..."` may be).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { markup } from "@vfio/vfio/views";
 *
 * const name = '<script>"';
 * const items = ["a", "b"].map((text) => markup`<i>${text}</i>`);
 * assertEquals(
 *   String(markup`<p title="${name}">${items} ${1n}</p>`),
 *   '<p title="&lt;script&gt;&quot;"><i>a</i><i>b</i> 1</p>',
 * );
 * ```
 */
export function markup(literals: TemplateStringsArray, ...insertions: readonly Insertion[]): Markup {
  if (!checked.has(literals)) {
    checkPlaces(literals);
    checked.add(literals);
  }
  const parts = literals.flatMap((literal, index) => [literal, render(insertions[index])]);
  return new Markup(KEY, parts.join(""));
}

function render(insertion: Insertion): string {
  const text = Markup.textOf(insertion);
  if (text !== undefined) return text;
  if (Array.isArray(insertion)) return insertion.map(render).join("");
  return insertion === undefined ? "" : escape(String(insertion));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

/** The attribute whose value is still open, and that value so far. */
const IN_ATTRIBUTE = /\s([a-z][a-z:-]*)="([^"<>]*)$/i;
const UNSAFE_ATTRIBUTE = /^(on.*|style|src|srcdoc|action|.*href)$/i;
const IN_RAW_TEXT = /<(style|script)\b[^>]*>[^<]*$|<!--(?![^]*-->)[^]*$/i;

function checkPlaces(literals: TemplateStringsArray): void {
  let before = "";
  for (const literal of literals.slice(0, -1)) {
    before += literal;
    if (!isSafePlace(before)) {
      throw new TypeError(
        `Cannot insert behind ${JSON.stringify(before.slice(-40))}: escaping does not help there`,
      );
    }
    // Stands for what is inserted: neither ends the place nor begins another.
    before += "x";
  }
}

function isSafePlace(before: string): boolean {
  if (IN_RAW_TEXT.test(before)) return false;
  const isContent = before.lastIndexOf("<") <= before.lastIndexOf(">");
  if (isContent) return true;
  const [, name = "on", value = ""] = IN_ATTRIBUTE.exec(before) ?? [];
  return !UNSAFE_ATTRIBUTE.test(name) || (name === "href" && value.startsWith("#"));
}
