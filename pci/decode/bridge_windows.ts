/** What a bridge passes on to the bus behind it. */
import type { BRIDGE_HEADER, CARDBUS_HEADER } from "../bridge_header.ts";
import { hex64 } from "./fields.ts";
import type { Fields } from "./fields.ts";

/** A range of addresses that a bridge passes on. */
export interface BridgeWindow {
  /** What is passed on. */
  readonly kind: "io" | "memory" | "prefetchable memory";
  /** Bits that addresses in the window can have. */
  readonly addressBits: 16 | 32 | 64;
  /** The first address, `0x` and 16 digits. */
  readonly base: string;
  /** The last address; in front of `base` in a window that is closed. */
  readonly limit: string;
  /** Something is passed on. */
  readonly open: boolean;
}

/** The registers that windows are read from. */
type BridgeRegisters = Omit<Fields<typeof BRIDGE_HEADER>, "secondaryStatus">;
type CardBusRegisters = Omit<Fields<typeof CARDBUS_HEADER>, "secondaryStatus">;

/** A window of 64-bit addresses or narrower ones. */
interface Ends {
  readonly base: bigint;
  readonly limit: bigint;
}

/**
 * Tells the windows of a bridge to PCI; those whose two halves contradict each other are left out.
 *
 * @see PCI-to-PCI Bridge Architecture Specification 1.2, section 3.2.5
 */
export function bridgeWindows(header: BridgeRegisters): BridgeWindow[] {
  return [io(header), memory(header), prefetchable(header)].filter((each) => each !== undefined);
}

function io(header: BridgeRegisters): BridgeWindow | undefined {
  const { ioBase, ioLimit, ioBaseUpper, ioLimitUpper } = header;
  if (ioBase === undefined || ioLimit === undefined || ioBase.type !== ioLimit.type) return undefined;
  const low = { base: BigInt(ioBase.base) << 12n, limit: (BigInt(ioLimit.limit) << 12n) | 0xfffn };
  if (ioBase.type === 0) return opened("io", 16, low);
  if (ioBase.type !== 1 || ioBaseUpper === undefined || ioLimitUpper === undefined) return undefined;
  return opened("io", 32, {
    base: (BigInt(ioBaseUpper) << 16n) | low.base,
    limit: (BigInt(ioLimitUpper) << 16n) | low.limit,
  });
}

function memory({ memoryBase, memoryLimit }: BridgeRegisters): BridgeWindow | undefined {
  if (memoryBase === undefined || memoryLimit === undefined) return undefined;
  if (memoryBase.type !== 0 || memoryLimit.type !== 0) return undefined;
  return opened("memory", 32, mebibytes(memoryBase.base, memoryLimit.limit));
}

function prefetchable(header: BridgeRegisters): BridgeWindow | undefined {
  const { prefetchableBase, prefetchableLimit, prefetchableBaseUpper, prefetchableLimitUpper } = header;
  if (prefetchableBase === undefined || prefetchableLimit === undefined) return undefined;
  if (prefetchableBase.type !== prefetchableLimit.type) return undefined;
  const low = mebibytes(prefetchableBase.base, prefetchableLimit.limit);
  if (prefetchableBase.type === 0) return opened("prefetchable memory", 32, low);
  if (prefetchableBase.type !== 1) return undefined;
  if (prefetchableBaseUpper === undefined || prefetchableLimitUpper === undefined) return undefined;
  return opened("prefetchable memory", 64, {
    base: (BigInt(prefetchableBaseUpper) << 32n) | low.base,
    limit: (BigInt(prefetchableLimitUpper) << 32n) | low.limit,
  });
}

function mebibytes(base: number, limit: number): Ends {
  return { base: BigInt(base) << 20n, limit: (BigInt(limit) << 20n) | 0xf_ffffn };
}

/** Tells the windows of a bridge to CardBus, two of memory and two of I/O. */
export function cardBusWindows(header: CardBusRegisters): BridgeWindow[] {
  const { bridgeControl } = header;
  return [
    cardBusMemory(header.memoryBase0, header.memoryLimit0, bridgeControl?.prefetchMemory0),
    cardBusMemory(header.memoryBase1, header.memoryLimit1, bridgeControl?.prefetchMemory1),
    cardBusIo(header.ioBase0, header.ioLimit0),
    cardBusIo(header.ioBase1, header.ioLimit1),
  ].filter((each) => each !== undefined);
}

function cardBusMemory(
  base: number | undefined,
  limit: number | undefined,
  prefetch: boolean | undefined,
): BridgeWindow | undefined {
  if (base === undefined || limit === undefined) return undefined;
  const kind = prefetch ? "prefetchable memory" : "memory";
  return opened(kind, 32, { base: BigInt(base) & ~0xfffn, limit: BigInt(limit) | 0xfffn });
}

function cardBusIo(
  base: CardBusRegisters["ioBase0"],
  limit: number | undefined,
): BridgeWindow | undefined {
  if (base === undefined || limit === undefined) return undefined;
  const bits = base.type === 1 ? 32 : 16;
  const mask = bits === 32 ? 0xffff_ffffn : 0xffffn;
  return opened("io", bits, {
    base: BigInt(base.address) << 2n & mask,
    limit: (BigInt(limit) & mask) | 3n,
  });
}

function opened(
  kind: BridgeWindow["kind"],
  addressBits: BridgeWindow["addressBits"],
  ends: Ends,
): BridgeWindow {
  const { base, limit } = ends;
  return { kind, addressBits, base: hex64(base), limit: hex64(limit), open: base <= limit };
}
