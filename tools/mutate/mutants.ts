/** Mutants: every small change of a source that a test should notice. */
import type { CodeToken } from "./code.ts";
import { codeOf } from "./code.ts";
import { endOf } from "./tokens.ts";

/** What is changed. */
export type Kind =
  | "boundary"
  | "equality"
  | "logic"
  | "arithmetic"
  | "bits"
  | "number"
  | "boolean"
  | "errno"
  | "choice"
  | "condition"
  | "exit"
  | "statement";

/** A change of one line. */
export interface Mutant {
  readonly kind: Kind;
  /** Counted from 1. */
  readonly line: number;
  /** What is replaced, in UTF-16 units from the source's start. */
  readonly at: number;
  readonly end: number;
  readonly text: string;
  /** The line, without the space around it. */
  readonly before: string;
  /** What becomes of it. */
  readonly after: string;
}

type Change = Pick<Mutant, "kind" | "at" | "end" | "text">;

const SIGNS: Readonly<Record<string, readonly [Kind, string]>> = {
  "<": ["boundary", "<="],
  "<=": ["boundary", "<"],
  ">": ["boundary", ">="],
  ">=": ["boundary", ">"],
  "===": ["equality", "!=="],
  "!==": ["equality", "==="],
  "&&": ["logic", "||"],
  "||": ["logic", "&&"],
  "+": ["arithmetic", "-"],
  "-": ["arithmetic", "+"],
  "*": ["arithmetic", "/"],
  "/": ["arithmetic", "*"],
  "%": ["arithmetic", "*"],
  "+=": ["arithmetic", "-="],
  "-=": ["arithmetic", "+="],
  "&": ["bits", "|"],
  "|": ["bits", "&"],
  "^": ["bits", "|"],
  "&=": ["bits", "|="],
  "|=": ["bits", "&="],
  "<<": ["bits", ">>"],
  ">>": ["bits", "<<"],
  ">>>": ["bits", "<<"],
};
/** Methods of which one is another with a difference. */
const METHODS: Readonly<Record<string, string>> = {
  some: "every",
  every: "some",
  min: "max",
  max: "min",
  ceil: "floor",
  floor: "ceil",
};
/** Widths of accesses, where they are given as arguments: the type checker takes no others, and a mask hides a wider one. */
const WIDTHS = /^(?:8|16|32)$/;
const EXITS = /^(?:return|throw|continue|break)$/;
/** Words that begin a statement which is no call, no assignment and no exit. */
const OTHERS =
  /^(?:if|else|for|while|do|switch|case|default|try|catch|finally|const|let|function|class|export|async|super)$/;

/** Finds all mutants of a source that `deno fmt` wrote. */
export function mutantsOf(source: string): Mutant[] {
  const code = codeOf(source);
  return code.flatMap((_, i) => changes(source, code, i)).map((change) => shown(source, change));
}

/** The source with the change. */
export function mutated(source: string, { at, end, text }: Change): string {
  return source.slice(0, at) + text + source.slice(end);
}

function changes(source: string, code: readonly CodeToken[], i: number): Change[] {
  const token = code[i];
  if (token === undefined) return [];
  const found = token.starts ? [withoutStatement(source, code, i)] : [];
  if (token.text === "if") found.push(negated(source, code, i));
  found.push(replaced(code, i, token));
  return found.filter((change) => change !== undefined);
}

/** A token that another takes the place of. */
function replaced(code: readonly CodeToken[], i: number, token: CodeToken): Change | undefined {
  const [kind, text] = substitute(token, code[i - 2]?.text, code[i + 1]?.text ?? "") ?? [];
  return kind === undefined || text === undefined
    ? undefined
    : { kind, at: token.at, end: endOf(token), text };
}

function substitute(
  { kind, text, before, spaced }: CodeToken,
  last: string | undefined,
  next: string,
): readonly [Kind, string | undefined] | undefined {
  switch (kind) {
    case "sign":
      return spaced ? SIGNS[text] : undefined;
    case "number":
      // What stands in for an element is said to the type checker: it is there.
      if (before === "??" && last === "]") return undefined;
      return before === "," && /^[,)]$/.test(next) && WIDTHS.test(text)
        ? undefined
        : ["number", plusOne(text)];
    case "string":
      if (!/^"E[A-Z0-9]{3,}"$/.test(text)) return undefined;
      return ["errno", text === '"EINVAL"' ? '"ENOENT"' : '"EINVAL"'];
    case "word":
      if (text === "true" || text === "false") return ["boolean", String(text !== "true")];
      return before === "." && next === "(" && Object.hasOwn(METHODS, text)
        ? ["choice", METHODS[text]]
        : undefined;
    default:
      return undefined;
  }
}

function plusOne(text: string): string {
  const digits = text.replaceAll("_", "");
  const [value, unit] = digits.endsWith("n")
    ? [BigInt(digits.slice(0, -1)) + 1n, "n"]
    : [Number(digits) + 1, ""];
  return (/^0x/i.test(digits) ? `0x${value.toString(16)}` : String(value)) + unit;
}

/** A statement of one line that is gone. */
function withoutStatement(source: string, code: readonly CodeToken[], i: number): Change | undefined {
  const first = code[i];
  if (first === undefined || first.kind !== "word") return undefined;
  if (OTHERS.test(first.text)) return undefined;
  const last = code[closing(code, i, ";")];
  if (last === undefined || source.slice(first.at, last.at).includes("\n")) return undefined;
  return { kind: EXITS.test(first.text) ? "exit" : "statement", at: first.at, end: endOf(last), text: ";" };
}

/** A condition of one line that is the other way round. One that only compares for equality is the comparison's mutant. */
function negated(source: string, code: readonly CodeToken[], i: number): Change | undefined {
  const [opening, last] = [code[i + 1], closing(code, i + 2, ")")];
  const end = code[last];
  if (opening === undefined || end === undefined) return undefined;
  const at = endOf(opening);
  const condition = source.slice(at, end.at);
  const signs = code.slice(i + 2, last).map(({ text }) => text);
  const equalities = signs.filter((sign) => sign === "===" || sign === "!==").length;
  const isOne = equalities === 1 && !signs.some((sign) => sign === "&&" || sign === "||");
  if (condition.includes("\n") || isOne) return undefined;
  return { kind: "condition", at, end: end.at, text: `!(${condition})` };
}

/** The index of the first such sign from `i` on that stands in no bracket. */
function closing(code: readonly CodeToken[], i: number, sign: string): number {
  let depth = 0;
  for (let at = i; at < code.length; at++) {
    const { text } = code[at] ?? { text: "" };
    if (depth === 0 && text === sign) return at;
    if (/^[([{]$/.test(text)) depth++;
    else if (/^[)\]}]$/.test(text)) depth--;
  }
  return code.length;
}

function shown(source: string, change: Change): Mutant {
  const start = source.lastIndexOf("\n", change.at - 1) + 1;
  const end = (source + "\n").indexOf("\n", change.end);
  return {
    ...change,
    line: source.slice(0, start).split("\n").length,
    before: source.slice(start, end).trim(),
    after: (source.slice(start, change.at) + change.text + source.slice(change.end, end)).trim(),
  };
}
