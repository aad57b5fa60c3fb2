/** Decoder of Resizable BAR and VF Resizable BAR: the first entry tells how many there are. */
import { hex64 } from "./fields.ts";
import { RESIZABLE } from "./routing_data.ts";
import type { Scope } from "./scope.ts";

/** A BAR that can be resized. */
export interface ResizableBarFields {
  /** 0 to 5. */
  readonly bar?: number;
  /** In bytes: `0x` and 16 digits, or what of sizes is reserved. */
  readonly size?: string;
  /** The sizes that it can have, smallest first. */
  readonly sizes?: readonly string[];
}

/** Resizable BAR and VF Resizable BAR. */
export interface ResizableBarsFields {
  /** How many there are, as the first says: 1 to 6, unless it is wrong. */
  readonly count?: number;
  /** In the order of their entries. */
  readonly bars: readonly ResizableBarFields[];
}

/** No function has more BARs. */
const MOST = 6;
const STRIDE = 8;
/** The smallest size has 2 to this power bytes. */
const SMALLEST = 20;

/** Reads Resizable BAR. */
export function decodeResizableBars(scope: Scope): ResizableBarsFields {
  const count = scope.read(RESIZABLE, {}, 4).control?.count;
  if (count === undefined) return { bars: [] };
  return { count, bars: scope.list(4, Math.min(count, MOST), STRIDE, (at) => resizableBar(scope, at)) };
}

function resizableBar(scope: Scope, at: number): ResizableBarFields {
  const { capability, control } = scope.read(RESIZABLE, {}, at);
  if (control === undefined) return {};
  const lower = capability === undefined ? [] : powersOf(capability.sizes, 0);
  return {
    bar: control.bar,
    size: sizeOf(control.size),
    sizes: [...lower, ...powersOf(control.sizesUpper, 28)].map(sizeOf),
  };
}

function powersOf(bits: number, first: number): number[] {
  return Array.from({ length: 28 }, (_, bit) => bit).filter((bit) => (bits >>> bit & 1) !== 0)
    .map((bit) => first + bit);
}

function sizeOf(encoded: number): string {
  return encoded > 63 - SMALLEST ? `reserved ${encoded}` : hex64(1n << BigInt(SMALLEST + encoded));
}
