/** A function as lspci prints it, beside what was decoded of the same bytes. */
import { CAPABILITY, EXTENDED_CAPABILITY } from "../../../pci/mod.ts";
import type { ChainEnd, DecodedConfig } from "../../../pci/mod.ts";
import { comparePieces } from "./compare.ts";
import type { Pair } from "./compare.ts";
import type { Lines, Values } from "./expect.ts";
import { EXTENDED_LINES } from "./extended_fields_data.ts";
import { LINES } from "./fields_data.ts";
import type { PrintedCapability, PrintedFunction } from "./parse.ts";
import { EXTENDED_TITLES, TITLES } from "./titles_data.ts";

/** A capability of either list. */
interface DecodedAny {
  readonly at: number;
  readonly kind?: string | undefined;
  readonly truncated?: true;
  readonly fields: object;
}

/** Below this, capabilities are of the first list. */
const EXTENDED = 0x100;
/** How lspci prints what it has no name for. */
const UNKNOWN: Lines = {
  title: { "Capability ID ***": { skip: "lspci has no name for it" }, Extended: null },
};
/** How lspci says why a list ends. */
const ENDS: Readonly<Record<string, readonly ChainEnd[]>> = {
  "<chain looped>": ["loop"],
  "<chain broken>": ["no answer"],
  "<access denied>": ["cut off"],
};

/** Compares all that lspci printed of a function. */
export function compareFunction(printed: PrintedFunction, decoded: DecodedConfig): Pair[] {
  return [
    ...linesOf("header", printed, LINES["header"] ?? {}, decoded as unknown as Values),
    ...lists(printed, decoded),
    ...printed.capabilities.flatMap((each) => capability(each, decoded)),
  ];
}

/** Where capabilities are, of which kind and version, and how their lists end. */
function lists(printed: PrintedFunction, decoded: DecodedConfig): Pair[] {
  const named = printed.capabilities.filter(({ title }) => !(title in ENDS));
  const theirs = named.map((each) => `${each.at.toString(16)} ${each.version ?? ""} ${kindOf(each)}`);
  const ours = [
    ...decoded.capabilities.map(({ at, kind }) => `${at.toString(16)}  ${kind}`),
    ...decoded.extendedCapabilities.map(({ at, version, kind }) =>
      `${at.toString(16)} ${version} ${sameTitle(kind)}`
    ),
  ];
  const end = printed.capabilities.find(({ title }) => title in ENDS)?.title;
  const known = end === undefined
    ? true
    : ENDS[end]?.some((each) => Object.values(decoded.ends).includes(each)) ?? false;
  const pair = { kind: "list", label: "", pattern: "capabilities" };
  return [
    { ...pair, theirs: theirs.join(", "), ours: ours.join(", ") },
    { ...pair, pattern: "end", theirs: end ?? "", ours: known ? end ?? "" : JSON.stringify(decoded.ends) },
  ];
}

/** lspci gives both kinds of virtual channels the same title. */
function sameTitle(kind: string | undefined): string | undefined {
  return kind === "virtualChannelWithMultiFunction" ? "virtualChannel" : kind;
}

function capability(printed: PrintedCapability, decoded: DecodedConfig): Pair[] {
  const extended = printed.at >= EXTENDED;
  const list: readonly DecodedAny[] = extended ? decoded.extendedCapabilities : decoded.capabilities;
  const found = list.find(({ at }) => at === printed.at);
  if (found?.kind === undefined) return [];
  const lines = (extended ? EXTENDED_LINES : LINES)[found.kind] ?? UNKNOWN;
  const pairs = linesOf(
    `${extended ? "extended " : ""}${found.kind}`,
    printed,
    lines,
    found.fields as Values,
  );
  return found.truncated ? pairs.map(withoutRest) : pairs;
}

/** What ends where capabilities of its list must, lspci reads on into bytes that are another's. */
function withoutRest(pair: Pair): Pair {
  const isCutOff = pair.ours?.startsWith("(absent") || pair.theirs.includes("<unreadable>");
  return isCutOff ? { ...pair, skip: "cut off" } : pair;
}

function linesOf(
  kind: string,
  { title, statements }: Pick<PrintedFunction, "title" | "statements">,
  lines: Lines,
  values: Values,
): Pair[] {
  return [{ label: "title", text: title }, ...statements]
    .flatMap((statement) => comparePieces(kind, statement, lines, values));
}

/** Tells what lspci takes a capability for, by its title. */
export function kindOf({ at, title }: PrintedCapability): string | undefined {
  const [titles, ids] = at < EXTENDED ? [TITLES, CAPABILITY] : [EXTENDED_TITLES, EXTENDED_CAPABILITY];
  const [, id] = /^(?:Extended )?Capability ID (0x[0-9a-f]+)/.exec(title) ?? [];
  if (id !== undefined) return Object.entries<number>(ids).find(([, each]) => each === Number(id))?.[0];
  return [...titles].find(([pattern]) => pattern.test(title))?.[1];
}
