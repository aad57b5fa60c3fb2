/** A strict reader of the XML that views make: what a parser would forgive, it does not. */

/** An element with its attributes, and the text right inside it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  text: string;
}

const OPEN = /<([A-Za-z][\w:-]*)((?:\s+[A-Za-z][\w:-]*="[^"<]*")*)\s*(\/?)>/y;
const CLOSE = /<\/([A-Za-z][\w:-]*)>/y;
const TEXT = /[^<]+/y;
const DOCTYPE = /^<!DOCTYPE html>\n/;
const REFERENCE = /&(?:amp|lt|gt|quot|#39);|&/g;
const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};
/** What XML 1.0 allows, without what it discourages and what changes the direction of text. */
const FORBIDDEN =
  /[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\u{10000}-\u{10ffff}]|\p{Cf}|[\u2028\u2029]/u;

/** Reads a document. @returns Its elements, in their order. @throws {Error} when it is not well-formed. */
export function readXml(document: string): XmlElement[] {
  const source = document.replace(DOCTYPE, "").trimEnd();
  const elements: XmlElement[] = [];
  const open: XmlElement[] = [];
  const forbidden = FORBIDDEN.exec(document);
  if (!document.isWellFormed() || forbidden !== null) {
    throw fault(document, forbidden?.index ?? 0, "a character");
  }
  for (let at = 0; at < source.length;) {
    if (at > 0 && open.length === 0) throw fault(source, at, "something behind the root");
    const text = match(TEXT, source, at);
    const close = match(CLOSE, source, at);
    const start = match(OPEN, source, at);
    if (text !== null) {
      const inside = open.at(-1);
      if (inside === undefined) throw fault(source, at, "text outside the root");
      if (text[0].includes("]]>")) throw fault(source, at, "the end of CDATA");
      inside.text += decode(text[0]);
      at += text[0].length;
    } else if (close !== null) {
      if (open.pop()?.name !== close[1]) throw fault(source, at, "an end that has no beginning");
      at += close[0].length;
    } else if (start !== null) {
      const element = { name: start[1] ?? "", attributes: attributesOf(start[2] ?? ""), text: "" };
      elements.push(element);
      if (start[3] !== "/") open.push(element);
      at += start[0].length;
    } else throw fault(source, at, "a tag");
  }
  if (open.length > 0) throw new Error(`Cannot read it: ${open.at(-1)?.name} has no end`);
  return elements;
}

/** Elements and attributes that fetch or run something, or would in some program. @returns What there is of them. */
export function activeParts(elements: readonly XmlElement[]): string[] {
  return elements.flatMap(({ name, attributes, text }) => {
    const found =
      /^(script|iframe|image|img|use|foreignObject|link|object|embed|base|form|audio|video|animate|set)$/i;
    const parts = found.test(name) ? [name] : [];
    for (const [attribute, value] of attributes) {
      if (/^(on.*|style|src|srcdoc|action|data|formaction|ping|xml:base)$/i.test(attribute)) {
        parts.push(attribute);
      }
      if (/href$/i.test(attribute) && !/^#device-\d+$/.test(value)) parts.push(`${attribute}=${value}`);
    }
    if (name === "style" && /url\(|@import|expression|\\/i.test(text)) parts.push("style");
    return parts;
  });
}

function attributesOf(source: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = "", value = ""] of source.matchAll(/([\w:-]+)="([^"]*)"/g)) {
    if (attributes.has(name)) throw new Error(`Cannot read it: ${name} stands twice`);
    attributes.set(name, decode(value));
  }
  return attributes;
}

function decode(text: string): string {
  return text.replace(REFERENCE, (reference) => {
    const character = ENTITIES[reference];
    if (character === undefined) {
      throw new Error(`Cannot read it: an ampersand in ${JSON.stringify(text.slice(0, 80))}`);
    }
    return character;
  });
}

function match(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

function fault(source: string, at: number, what: string): Error {
  return new Error(`Cannot read it: ${what} at ${at}, ${JSON.stringify(source.slice(at, at + 60))}`);
}
