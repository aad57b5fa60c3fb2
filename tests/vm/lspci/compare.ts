/** lspci's words beside what was decoded. */
import type { Expected, Line, Lines, Values } from "./expect.ts";
import { shown } from "./expect.ts";
import type { Statement } from "./parse.ts";

/** A piece of a line that was compared. */
export interface Pair {
  /** The capability, or "header". */
  readonly kind: string;
  readonly label: string;
  readonly pattern: string;
  /** What lspci printed. */
  readonly theirs: string;
  /** What follows from what was decoded; undefined where that is not compared. */
  readonly ours: string | undefined;
  /** Why it is not compared. */
  readonly skip?: string;
}

const NUMBERED =
  /(^VC|^Link|^Range|^Entry |^Block|^BAR |^Region |^LinkIDE#|^SelectiveIDE#|RID#|^FuncMap |window )(\d+)/g;

/**
 * Compares a line piece by piece.
 *
 * @returns The pieces; what of the line no piece stands for is one with the pattern "(rest)".
 */
export function comparePieces(kind: string, statement: Statement, lines: Lines, values: Values): Pair[] {
  const indexes: number[] = [];
  const label = statement.label.replace(/^\[[0-9a-f]+\]/, "").replace(NUMBERED, (_whole, name, number) => {
    indexes.push(Number(number));
    return `${name}#`;
  });
  const line: Line = lines[label] ?? {};
  let rest = ` ${statement.text} `;
  const pairs: Pair[] = [];
  for (const [pattern, expected] of Object.entries(line)) {
    const search = pattern === "=" ? /^\s*(\S.*?)[\s,]*$/ : expression(pattern);
    let found = search.exec(rest);
    while (found !== null) {
      rest = `${rest.slice(0, found.index)} ${rest.slice(found.index + found[0].length)}`;
      const theirs = found[1] ?? found[0].trim();
      if (expected !== null) pairs.push({ kind, label, pattern, theirs, ...told(expected, values, indexes) });
      // What is not compared may stand there more than once.
      found = isCompared(expected) ? null : search.exec(rest);
    }
  }
  const left = rest.replace(/[\s,;()]+/g, " ").trim();
  if (left !== "") pairs.push({ kind, label, pattern: "(rest)", theirs: left, ours: "(nothing)" });
  return pairs;
}

function isCompared(expected: Expected): boolean {
  return expected !== null && !(typeof expected === "object" && "skip" in expected);
}

function told(expected: Expected, values: Values, indexes: readonly number[]): Pick<Pair, "ours" | "skip"> {
  const skip = typeof expected === "object" && expected !== null && "skip" in expected
    ? expected.skip
    : undefined;
  return { ours: shown(expected, values, indexes), ...(skip !== undefined && { skip }) };
}

function expression(pattern: string): RegExp {
  const source = pattern.replace(/[.+?^${}()|[\]\\/]/g, "\\$&");
  const [middle, end] = pattern.includes("***")
    ? [source.replace("***", "(\\S.*?)"), "(?=\\s*$)"]
    : pattern.includes("**")
    ? [source.replace("**", "(\\S.*?)"), "(?=\\s*(?:[,;]|$))"]
    : [
      source.replace("±", "([+-])").replace("~", "0*").replace(/(?<!0)\*/, "([^\\s,;()]+?)"),
      "(?=[\\s,;)]|$)",
    ];
  return new RegExp(`(?<=[\\s,;(])${middle}${end}`);
}
