/** What docs/json.md says that there is in documents. */
import { assertEquals } from "@std/assert";
import page from "../../../../docs/json.md" with { type: "text" };

/** What holds names that are not the command's own: of registers' fields. */
const FOREIGN: readonly string[] = ["fields"];
/** Sections that say what others have, too: errors, and what a latency is. */
const SHARED: readonly string[] = ["Errors", "irq"];

/** Compares each field of each document that a command printed with what the page says of the command. */
export function assertDocumented(command: string, out: string): void {
  const general = wordsOf(page.split("\n## ")[0] ?? "");
  const known = new Set([...general, ...SHARED.flatMap(sectionOf), ...sectionOf(command)]);
  const missing = documentsIn(out).flatMap(keysOf).filter((key) => !known.has(key));
  assertEquals(missing, [], `docs/json.md does not speak of these in ${command}`);
}

/** Reads a document over lines, or lines of a stream. */
function documentsIn(out: string): unknown[] {
  const isStream = out.startsWith('{"');
  return (isStream ? out.trimEnd().split("\n") : [out]).map((text) => JSON.parse(text));
}

function keysOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(keysOf);
  return Object.entries(value).flatMap(([key, inner]) =>
    FOREIGN.includes(key) ? [key] : [key, ...keysOf(inner)]
  );
}

function sectionOf(title: string): string[] {
  const section = page.split("\n## ").find((each) => each.split("\n")[0]?.split(", ").includes(title));
  return wordsOf(section ?? "");
}

/** Words between backticks, and in blocks of JSON between quotation marks. */
function wordsOf(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`|"(\w+)":/g)].flatMap(([, code = "", key]) =>
    key === undefined ? code.split(/[^\w.]+/) : [key]
  );
}
