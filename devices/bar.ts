/** BARs and the expansion ROM, as a device declares them. */

/** A BAR. */
export interface BarDeclaration {
  /** What addresses it answers; "memory64" takes the next BAR too. */
  readonly kind: "memory32" | "memory64" | "io";
  /** Bytes: a power of two, at least 16 (memory) or 4 (I/O). */
  readonly size: number;
  /** Reading has no side effects. @default false */
  readonly prefetchable?: boolean;
}

/** An expansion ROM. */
export interface RomDeclaration {
  /** Bytes of the BAR: a power of two. */
  readonly size: number;
  /** What it holds; an image that drivers accept starts with 55 AA. */
  readonly image: Uint8Array;
}

/** Tells a BAR's type bits. */
export function barType(bar: BarDeclaration): number {
  if (bar.kind === "io") return 1;
  return (bar.kind === "memory64" ? 4 : 0) | (bar.prefetchable === true ? 8 : 0);
}

/** Tells which of a BAR's 64 address bits can be written. @throws {RangeError} for a size that is no BAR's. */
export function barMask(bar: BarDeclaration): bigint {
  const { size, kind } = bar;
  const least = kind === "io" ? 4 : 16;
  const most = kind === "memory64" ? 2 ** 52 : 2 ** 31;
  if (!(size >= least && size <= most) || 2 ** Math.round(Math.log2(size)) !== size) {
    throw new RangeError(
      `Cannot declare a BAR of ${size} bytes: a power of two from ${least} to ${most} is needed`,
    );
  }
  return 0x1_0000_0000_0000_0000n - BigInt(size);
}
