/** Dumps of functions, beside what lspci printed of them. */
import { decodeConfig } from "../../../pci/mod.ts";
import type { ConfigDump, DecodedConfig } from "../../../pci/mod.ts";
import type { Pair } from "./compare.ts";
import { compareFunction } from "./compare_function.ts";
import { parseLspci } from "./parse.ts";
import type { PrintedFunction } from "./parse.ts";
import type { Printed } from "./tool.ts";

/** A function that was compared. */
export interface Compared {
  readonly address: string;
  readonly pairs: readonly Pair[];
  /** Capabilities that lspci names at most and does not decode, and of which there are fields. */
  readonly onlyHere: readonly OnlyHere[];
}

/** A capability that lspci leaves as `<?>`, or as a number. */
export interface OnlyHere {
  readonly name: string;
  /** As lspci prints it. */
  readonly theirs: string;
  /** Names of what was decoded of it; those of a list's entries stand there once. */
  readonly fields: readonly string[];
}

/**
 * Compares every function.
 *
 * It does not matter where the dumps come from: from pciutils, or from a guest whose lspci printed them.
 *
 * @param dumps In any order.
 * @param printed By `lspci -D -vvv` of the same; where it ended early, the function that it ended in is left out.
 * @throws {Error} for a function that is missing in one of the two.
 */
export function compareDumps(dumps: readonly ConfigDump[], printed: Printed): Compared[] {
  const functions = parseLspci(printed.text);
  if (!printed.complete) functions.pop();
  else if (functions.length !== dumps.length) {
    throw new Error(`lspci printed ${functions.length} functions of ${dumps.length}`);
  }
  const byAddress = new Map(dumps.map((dump) => [dump.address, dump]));
  return functions.map((each) => {
    const dump = byAddress.get(each.address);
    if (dump === undefined) throw new Error(`lspci printed ${each.address}, which is not in the dump`);
    const decoded = decodeConfig(dump.bytes);
    return {
      address: each.address,
      pairs: compareFunction(each, decoded),
      onlyHere: onlyHere(each, decoded),
    };
  });
}

function onlyHere({ capabilities }: PrintedFunction, decoded: DecodedConfig): OnlyHere[] {
  const undecoded = new Map(
    capabilities.filter(({ title }) => /<\?>|Capability ID /.test(title)).map(({ at, title }) => [at, title]),
  );
  return [...decoded.capabilities, ...decoded.extendedCapabilities].flatMap(({ at, name, fields }) => {
    const theirs = undecoded.get(at);
    const names = leaves(fields);
    return theirs === undefined || name === undefined || names.length === 0
      ? []
      : [{ name, theirs, fields: names }];
  });
}

function leaves(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return [path];
  const inside = Array.isArray(value)
    ? value.flatMap((each) => leaves(each, `${path}[]`))
    : Object.entries(value).flatMap(([name, each]) => leaves(each, path === "" ? name : `${path}.${name}`));
  return [...new Set(inside)];
}
