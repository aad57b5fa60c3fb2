/** Decoders of Compute Express Link's capabilities: what a designated vendor-specific one of the consortium holds. */
import {
  CXL_DEVICE,
  CXL_DEVICE_2,
  CXL_DEVICE_FLUSH,
  CXL_DEVICE_MEANINGS,
  CXL_FLEX_BUS,
  CXL_FLEX_BUS_1,
  CXL_FLEX_BUS_2,
  CXL_FLUSH_MEANINGS,
  CXL_MULTIPLE_LOGICAL_DEVICES,
  CXL_PORT,
  CXL_PORT_FLUSH,
  CXL_RANGE,
  CXL_RANGE_MEANINGS,
  CXL_REGISTER_BLOCK,
  CXL_REGISTER_BLOCK_MEANINGS,
} from "./cxl_data.ts";
import { wide } from "./fields.ts";
import type { Fields } from "./fields.ts";
import type { Scope } from "./scope.ts";

/** A range of memory of a device; both numbers are in bytes. */
export type CxlRangeFields =
  & Omit<NonNullable<Fields<typeof CXL_RANGE, typeof CXL_RANGE_MEANINGS>["sizeLower"]>, "size">
  & { readonly size: string; readonly base: string };

/** A block of registers in a BAR. */
export interface CxlBlockFields {
  /** 0 to 5. */
  readonly bar: number;
  /** What it holds: one of {@linkcode CXL_REGISTER_BLOCK_MEANINGS}. */
  readonly block: string;
  /** Bytes from the start of the BAR. */
  readonly offset: string;
}

/** What a capability of the consortium says, by its kind. */
export type CxlFields =
  | (
    & { readonly kind: "device"; readonly ranges: readonly CxlRangeFields[] }
    & Fields<typeof CXL_DEVICE, typeof CXL_DEVICE_MEANINGS>
    & Fields<typeof CXL_DEVICE_2>
  )
  | { readonly kind: "non-CXL function map"; readonly functions: readonly number[] }
  | ({ readonly kind: "port" } & Fields<typeof CXL_PORT>)
  | ({ readonly kind: "port flush" } & Fields<typeof CXL_PORT_FLUSH, typeof CXL_FLUSH_MEANINGS>)
  | ({ readonly kind: "device flush" } & Fields<typeof CXL_DEVICE_FLUSH, typeof CXL_FLUSH_MEANINGS>)
  | (
    & { readonly kind: "Flex Bus port" }
    & Fields<typeof CXL_FLEX_BUS>
    & Fields<typeof CXL_FLEX_BUS_1>
    & Fields<typeof CXL_FLEX_BUS_2>
  )
  | { readonly kind: "register locator"; readonly blocks: readonly CxlBlockFields[] }
  | ({ readonly kind: "multiple logical devices" } & Fields<typeof CXL_MULTIPLE_LOGICAL_DEVICES>);

/**
 * Reads a capability of the consortium.
 *
 * @param length Bytes that it says it has.
 * @returns undefined for an id whose layout is not known.
 */
export function decodeCxl(scope: Scope, id: number, revision: number, length: number): CxlFields | undefined {
  switch (id) {
    case 0:
      return device(scope, revision);
    case 2:
      return { kind: "non-CXL function map", functions: scope.numbers(0x0c, 8, 32) };
    case 3:
      return { kind: "port", ...scope.read(CXL_PORT) };
    case 4:
      return { kind: "port flush", ...scope.read(CXL_PORT_FLUSH, CXL_FLUSH_MEANINGS) };
    case 5:
      return { kind: "device flush", ...scope.read(CXL_DEVICE_FLUSH, CXL_FLUSH_MEANINGS) };
    case 7:
      return {
        kind: "Flex Bus port",
        ...scope.read(CXL_FLEX_BUS),
        ...(revision >= 1 && scope.read(CXL_FLEX_BUS_1)),
        ...(revision >= 2 && scope.read(CXL_FLEX_BUS_2)),
      };
    case 8:
      return { kind: "register locator", blocks: blocks(scope, length) };
    case 9:
      return { kind: "multiple logical devices", ...scope.read(CXL_MULTIPLE_LOGICAL_DEVICES) };
    default:
      return undefined;
  }
}

function device(scope: Scope, revision: number): CxlFields {
  return {
    kind: "device",
    ...scope.read(CXL_DEVICE, CXL_DEVICE_MEANINGS),
    ranges: scope.list(0x18, 2, 0x10, (at) => range(scope, at)).filter((each) => each !== undefined),
    ...(revision >= 2 && scope.read(CXL_DEVICE_2)),
  };
}

function range(scope: Scope, at: number): CxlRangeFields | undefined {
  const { sizeUpper, sizeLower, baseUpper, baseLower } = scope.read(CXL_RANGE, CXL_RANGE_MEANINGS, at);
  if (sizeLower === undefined || baseLower === undefined) return undefined;
  const { size: lower, ...rest } = sizeLower;
  const size = wide(lower * 2 ** 28, sizeUpper);
  const base = wide(baseLower.base * 2 ** 28, baseUpper);
  return size === undefined || base === undefined ? undefined : { ...rest, size, base };
}

function blocks(scope: Scope, length: number): CxlBlockFields[] {
  const count = Math.max(0, Math.floor((length - 0x0c) / 8));
  return scope.list(0x0c, count, 8, (at) => {
    const { lower, offsetUpper } = scope.read(CXL_REGISTER_BLOCK, CXL_REGISTER_BLOCK_MEANINGS, at);
    if (lower === undefined) return undefined;
    const offset = wide(lower.offset * 2 ** 16, offsetUpper);
    return offset === undefined ? undefined : { bar: lower.bar, block: lower.block, offset };
  }).filter((block) => block !== undefined);
}
