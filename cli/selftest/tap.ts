/** Outcomes as TAP. @see https://testanything.org/tap-version-14-specification.html */
import { toJson } from "../json.ts";
import { dim, green, red } from "../text.ts";
import type { Line } from "../text.ts";
import type { Outcome } from "./check.ts";

/** The lines in front of the first outcome. @param count How many outcomes there will be. */
export function tapHead(count: number): Line[] {
  return [["TAP version 14"], [`1..${count}`]];
}

/** The lines of an outcome. @param number 1 for the first. */
export function tapLines(
  { name, ok, detail, skip, message, comments = [] }: Outcome,
  number: number,
): Line[] {
  const title = escaped(detail === undefined ? name : `${name}: ${detail}`);
  const directive = skip === undefined ? "" : ` # SKIP ${escaped(skip)}`;
  return [
    [ok ? green("ok") : red("not ok"), ` ${number} - ${title}${directive}`],
    // JSON's texts are YAML's.
    ...(message === undefined ? [] : [["  ---"], [`  message: ${toJson(message, "line")}`], ["  ..."]]),
    ...comments.map((comment): Line => [dim(`  # ${comment}`)]),
  ];
}

/** A number sign begins a directive. */
function escaped(text: string): string {
  return text.replace(/[\\#]/g, "\\$&");
}
