/** Splitting an access to a region into accesses of the bus. */
import type { ErrorCode } from "../../../core/errors.ts";
import type { Window } from "./regions.ts";

/** One access of the bus. */
export interface BusAccess {
  read(offset: number, width: 8 | 16 | 32): number;
  read64(offset: number): bigint;
  write(offset: number, width: 8 | 16 | 32, value: number): void;
  write64(offset: number, value: bigint): void;
}

/** How an access is split, and what it must ask before each part. */
export interface SplitOptions {
  readonly window: Window;
  /** Parts of 64 bits, where aligned. */
  readonly wide: boolean;
  /** Memory decoding is on: asked before each part. */
  readonly memoryEnabled: () => boolean;
}

/**
 * Reads in the largest aligned parts that fit; what the device does not own reads as all ones.
 *
 * @returns Bytes read: fewer at the window's end. `EIO` when memory decoding is off, also after some parts.
 * @see Linux, drivers/vfio/pci/vfio_pci_rdwr.c, `vfio_pci_core_do_io_rw`
 */
export function splitRead(
  bus: BusAccess,
  offset: number,
  into: Uint8Array,
  options: SplitOptions,
): number | ErrorCode {
  const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
  return split(offset, into.byteLength, options, (at, from, part) => {
    if (part === 8) view.setBigUint64(at, bus.read64(from), true);
    else if (part === 4) view.setUint32(at, bus.read(from, 32), true);
    else if (part === 2) view.setUint16(at, bus.read(from, 16), true);
    else view.setUint8(at, bus.read(from, 8));
  }, (at, count) => into.fill(0xff, at, at + count));
}

/** Writes in the same parts; what the device does not own is dropped. */
export function splitWrite(
  bus: BusAccess,
  offset: number,
  from: Uint8Array,
  options: SplitOptions,
): number | ErrorCode {
  const view = new DataView(from.buffer, from.byteOffset, from.byteLength);
  return split(offset, from.byteLength, options, (at, to, part) => {
    if (part === 8) bus.write64(to, view.getBigUint64(at, true));
    else if (part === 4) bus.write(to, 32, view.getUint32(at, true));
    else if (part === 2) bus.write(to, 16, view.getUint16(at, true));
    else bus.write(to, 8, view.getUint8(at));
  }, () => {});
}

function split(
  offset: number,
  size: number,
  { window, wide, memoryEnabled }: SplitOptions,
  access: (at: number, offset: number, part: 1 | 2 | 4 | 8) => void,
  skip: (at: number, count: number) => void,
): number | ErrorCode {
  const { excluded, end, needsMemory } = window;
  const count = Math.min(size, end - offset);
  for (let done = 0; done < count;) {
    const at = offset + done;
    const left = count - done;
    if (at >= excluded.start && at < excluded.end) {
      const dropped = Math.min(left, excluded.end - at);
      skip(done, dropped);
      done += dropped;
      continue;
    }
    if (needsMemory && !memoryEnabled()) return "EIO";
    const fits = at < excluded.start ? Math.min(left, excluded.start - at) : left;
    const part = wide && fits >= 8 && at % 8 === 0
      ? 8
      : fits >= 4 && at % 4 === 0
      ? 4
      : fits >= 2 && at % 2 === 0
      ? 2
      : 1;
    access(done, at, part);
    done += part;
  }
  return count;
}
