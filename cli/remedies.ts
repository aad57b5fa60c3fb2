/** The catalogue's rows as the command shows them. */
import { allRemediesOf } from "../mod.ts";
import type { Facts, IommuFault, Remedy, RemedyRow } from "../mod.ts";
import { hex } from "./json.ts";
import type { Json } from "./json.ts";
import { bold, cyan, dim, yellow } from "./text.ts";
import type { Line, Span } from "./text.ts";

/** A row as lines: what it looks like, why, and what helps. */
export function rowLines(row: RemedyRow, facts: Facts = {}): Line[] {
  return [
    [bold(row.id), "  ", row.title],
    ["  ", row.cause],
    ...allRemediesOf(row, facts).flatMap(remedyLines),
  ];
}

/** A remedy as lines: what to do, and the command. */
export function remedyLines({ text, command, reboot, unsafe }: Remedy): Line[] {
  const notes: Span[] = [
    ...(reboot === true ? [dim(" (then restart the machine)")] : []),
    ...(unsafe === true ? [yellow(" (takes protection away)")] : []),
  ];
  const first: Line = ["  - ", text, ...notes];
  return command === undefined ? [first] : [first, ["    run: ", cyan(command)]];
}

/** A row as a part of a document. */
export function rowDocument(row: RemedyRow, facts: Facts = {}): Json {
  return {
    id: row.id,
    title: row.title,
    cause: row.cause,
    operations: row.operations,
    codes: row.codes,
    remedies: allRemediesOf(row, facts).map(remedyDocument),
  };
}

/** A remedy as a part of a document. */
export function remedyDocument({ id, text, command, reboot, unsafe }: Remedy): Json {
  return {
    id,
    text,
    command: command ?? null,
    needsRoot: command?.includes("sudo ") ?? false,
    needsReboot: reboot ?? false,
    unsafe: unsafe ?? false,
  };
}

/** A fault of an IOMMU as a line: who wanted what, and in the IOMMU's words why not. */
export function faultLine({ address, iova, write, reason }: IommuFault): Line {
  return [
    bold(address),
    ` wanted to ${write ? "write" : "read"} IOVA `,
    bold(`0x${hex(iova)}`),
    `: ${reason}`,
  ];
}

/** A fault of an IOMMU as a part of a document. */
export function faultDocument(
  { address, iova, write, reason }: IommuFault,
): { readonly [key: string]: Json } {
  return { address, iova, write, reason };
}
