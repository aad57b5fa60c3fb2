/**
 * Info structs with a chain of capabilities behind them: how much room they need, and what they hold.
 *
 * @see Linux, include/uapi/linux/vfio.h, `struct vfio_info_cap_header`
 */
import type { StructFields } from "../../core/struct.ts";
import type { Struct } from "../../core/struct.ts";
import { vfio_info_cap_header } from "../../uapi/vfio.ts";

/** Room for the chains that are there today: asking again is for longer ones. */
const ROOM = 256;
/** More capabilities than any chain has: one that points back to itself ends here. */
const MOST = 64;

/** One capability of a chain. */
export interface ChainEntry {
  readonly id: number;
  readonly version: number;
  /** Where it begins in the answer. */
  readonly at: number;
  /** What stands behind its header, up to the next capability. */
  readonly data: Uint8Array<ArrayBuffer>;
}

/** The fields by which an info struct says how long its answer is. Both are the first of all. */
type InfoFields = StructFields & { readonly argsz: unknown; readonly flags: unknown };

/**
 * Asks for an info struct with all its capabilities.
 *
 * @param fill What goes in beside argsz.
 * @param ask Makes the ioctl.
 * @returns The bytes of the answer.
 */
export function askInfo<F extends InfoFields>(
  layout: Struct<F>,
  fill: Readonly<Record<string, number>>,
  ask: (bytes: Uint8Array<ArrayBuffer>) => void,
): Uint8Array<ArrayBuffer> {
  let size = layout.size + ROOM;
  for (;;) {
    const bytes = layout.encode({ argsz: size, ...fill } as never, size - layout.size);
    ask(bytes);
    const needed = layout.decode(bytes).argsz as unknown as number;
    if (needed <= size) return bytes;
    size = needed;
  }
}

/** Walks a chain. @param first Where it begins in the answer; 0: there is none. */
export function chainOf(answer: Uint8Array<ArrayBuffer>, first: number): ChainEntry[] {
  const heads: { at: number; id: number; version: number }[] = [];
  let at = first;
  while (at > 0 && at + vfio_info_cap_header.size <= answer.byteLength && heads.length < MOST) {
    const { id, version, next } = vfio_info_cap_header.decode(answer, at);
    heads.push({ at, id, version });
    at = next;
  }
  const starts = heads.map((head) => head.at).sort((a, b) => a - b);
  return heads.map(({ id, version, at }) => {
    const end = starts.find((start) => start > at) ?? answer.byteLength;
    return { id, version, at, data: answer.slice(at + vfio_info_cap_header.size, end) };
  });
}
