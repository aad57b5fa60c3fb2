/** A config space cut into rows of 16, and these into runs of bytes that belong to one register. */
import type { RegisterDeclaration } from "../core/registers.ts";
import { isHidden } from "./config_areas.ts";
import type { ConfigArea, HiddenBytes } from "./config_areas.ts";

/** Bytes of a row. */
export const ROW_SIZE = 16;

/** A register of an area. */
export interface PlacedRegister {
  /** Its name in the area's map. */
  readonly name: string;
  /** Where it begins in the config space. */
  readonly at: number;
  /** As the map has it. */
  readonly declaration: RegisterDeclaration;
}

/** Bytes side by side that belong together. */
export interface Run {
  /** Where the first of them stands. */
  readonly at: number;
  /** How many there are. */
  readonly size: number;
  /** What they are part of; undefined: nothing that is known. */
  readonly area: ConfigArea | undefined;
  /** The register they are part of; undefined: none that is known. */
  readonly register: PlacedRegister | undefined;
  /** They were taken out. */
  readonly hidden: boolean;
}

/** A row of 16 bytes, or many that hold nothing. */
export type Row =
  | { readonly at: number; readonly runs: readonly Run[] }
  /** All bytes of these rows are equal, and belong to nothing. */
  | { readonly at: number; readonly last: number; readonly value: number };

/** Cuts a config space into rows; two and more that hold nothing become one. */
export function rowsOf(
  bytes: Uint8Array,
  areas: readonly ConfigArea[],
  hidden: readonly HiddenBytes[],
): Row[] {
  const owners = ownersOf(bytes.length, areas);
  const rows: Row[] = [];
  for (let at = 0; at < bytes.length; at += ROW_SIZE) {
    const last = Math.min(at + ROW_SIZE, bytes.length) - 1;
    const value = uniformValue(bytes, owners, at, last);
    const previous = rows.at(-1);
    if (value === undefined) rows.push({ at, runs: runsOf(owners, hidden, at, last) });
    else if (previous !== undefined && "value" in previous && previous.value === value) {
      rows[rows.length - 1] = { ...previous, last };
    } else rows.push({ at, last, value });
  }
  return rows.map((row) =>
    "value" in row && row.last - row.at < ROW_SIZE
      ? { at: row.at, runs: runsOf(owners, hidden, row.at, row.last) }
      : row
  );
}

type Owner = Pick<Run, "area" | "register">;

const NOBODY: Owner = { area: undefined, register: undefined };

/** Who has each byte: a byte that two registers have belongs to the one that is declared first. */
function ownersOf(length: number, areas: readonly ConfigArea[]): Owner[] {
  const owners = Array<Owner>(length).fill(NOBODY);
  for (const area of areas) {
    const end = Math.min(length, area.at + area.size);
    owners.fill({ area, register: undefined }, area.at, end);
    for (const [name, declaration] of Object.entries(area.registers ?? {}).reverse()) {
      const at = area.at + declaration.at;
      const owner = { area, register: { name, at, declaration } };
      owners.fill(owner, at, Math.min(end, at + declaration.width / 8));
    }
  }
  return owners;
}

function uniformValue(
  bytes: Uint8Array,
  owners: readonly Owner[],
  at: number,
  last: number,
): number | undefined {
  const value = bytes[at];
  for (let index = at; index <= last; index++) {
    if (bytes[index] !== value || owners[index] !== NOBODY) return undefined;
  }
  return value;
}

function runsOf(owners: readonly Owner[], hidden: readonly HiddenBytes[], at: number, last: number): Run[] {
  const runs: Run[] = [];
  let start = at;
  for (let index = at; index <= last; index++) {
    const isOut = isHidden(start, hidden);
    const goesOn = index < last && owners[index + 1] === owners[start] &&
      isHidden(index + 1, hidden) === isOut;
    if (goesOn) continue;
    runs.push({ ...owners[start] ?? NOBODY, at: start, size: index - start + 1, hidden: isOut });
    start = index + 1;
  }
  return runs;
}
