/** What the name of a register stands for. */
import {
  BRIDGE_REGISTERS,
  CAPABILITIES,
  CARDBUS_REGISTERS,
  COMMON_REGISTERS,
  DEVICE_AND_BRIDGE_REGISTERS,
  DEVICE_REGISTERS,
  EXTENDED_CAPABILITIES,
} from "./names_data.ts";
import type { Place } from "./names_data.ts";

/** Where a register is counted from. */
export interface Base {
  readonly kind: "header" | "capability" | "extended capability";
  /** Bytes from the start of the config space, or of the capability. */
  readonly at: number;
  /** undefined: the expression has to say it. */
  readonly width: 8 | 16 | 32 | undefined;
  /** A capability's id. */
  readonly id?: number;
  /** Layouts of the header that have it; undefined: all. */
  readonly layouts?: readonly number[];
}

/** Registers by the layouts of header that have them: 0 device, 1 bridge, 2 CardBus bridge. */
const HEADERS: readonly (readonly [readonly number[] | undefined, Readonly<Record<string, Place>>])[] = [
  [undefined, COMMON_REGISTERS],
  [[0, 1], DEVICE_AND_BRIDGE_REGISTERS],
  [[0], DEVICE_REGISTERS],
  [[1], BRIDGE_REGISTERS],
  [[2], CARDBUS_REGISTERS],
];
const BASES = new Map<string, Base>([
  ...HEADERS.flatMap(([layouts, registers]) =>
    Object.entries(registers).map(([name, { at, width }]): [string, Base] => [
      name,
      { kind: "header", at, width: width === 64 ? undefined : width, ...(layouts && { layouts }) },
    ])
  ),
  ...Object.entries(CAPABILITIES).map(([name, id]): [string, Base] => [name, baseOf("capability", id)]),
  ...Object.entries(EXTENDED_CAPABILITIES).map(([name, id]): [string, Base] => [
    name,
    baseOf("extended capability", id),
  ]),
]);

/** The names, for completion and help. */
export const REGISTER_NAMES: readonly string[] = [...BASES.keys()];

const OFFSET = /^(?:0x)?[0-9a-f]{1,3}$/i;
const CAPABILITY_ID = /^CAP(?:0x)?([0-9a-f]{1,2})$/i;
const EXTENDED_ID = /^ECAP(?:0x)?([0-9a-f]{1,4})$/i;

/** Finds what a name, `CAP05`, `ECAP0001` or an offset stands for; undefined for what is none of them. */
export function lookUp(name: string): Base | undefined {
  // As for setpci, what can be a number is one: "a0", not a name.
  if (OFFSET.test(name)) return { kind: "header", at: parseInt(name, 16), width: undefined };
  const known = BASES.get(name.toUpperCase());
  if (known !== undefined) return known;
  const [, id] = CAPABILITY_ID.exec(name) ?? [];
  if (id !== undefined) return baseOf("capability", parseInt(id, 16));
  const [, extended] = EXTENDED_ID.exec(name) ?? [];
  return extended === undefined ? undefined : baseOf("extended capability", parseInt(extended, 16));
}

function baseOf(kind: "capability" | "extended capability", id: number): Base {
  return { kind, at: 0, width: undefined, id };
}
