/**
 * Info structs with a chain of capabilities behind them: how much room they need, and what they hold.
 *
 * @see Linux, include/uapi/linux/vfio.h, `struct vfio_info_cap_header`
 */
import { struct, u32 } from "../../core/struct.ts";
import { vfio_info_cap_header } from "../../uapi/vfio.ts";

/** One capability of a chain. */
export interface ChainEntry {
  readonly id: number;
  readonly version: number;
  /** Where it begins in the answer. */
  readonly at: number;
  /** What stands behind its header, up to the next capability or the end of the answer. */
  readonly data: Uint8Array<ArrayBuffer>;
}

/** What goes into an info struct: for regions, which one. */
interface InfoRequest {
  readonly index?: number;
}

/** A struct of the header that says by `argsz`, its first field, how long its answer is. */
interface InfoLayout {
  readonly size: number;
  encode(values: InfoRequest & { readonly argsz: number }, extra: number): Uint8Array<ArrayBuffer>;
}

const HEAD = struct("an info struct", { argsz: u32 });

/**
 * Asks for an info struct with all its capabilities: once more when the kernel says that they need room, and how much.
 * So the answer ends where its last capability does.
 *
 * @param request What goes in beside argsz.
 * @param ask Makes the ioctl.
 * @returns The bytes of the answer.
 */
export function askInfo(
  layout: InfoLayout,
  request: InfoRequest,
  ask: (bytes: Uint8Array<ArrayBuffer>) => void,
): Uint8Array<ArrayBuffer> {
  for (let size = layout.size;;) {
    const bytes = layout.encode({ ...request, argsz: size }, size - layout.size);
    ask(bytes);
    const { argsz } = HEAD.decode(bytes);
    if (argsz <= size) return bytes;
    size = argsz;
  }
}

/** Walks a chain, each capability once. @param first Where it begins in the answer; 0: there is none. */
export function chainOf(answer: Uint8Array<ArrayBuffer>, first: number): ChainEntry[] {
  const heads = new Map<number, { readonly id: number; readonly version: number }>();
  let at = first;
  while (at > 0 && at + vfio_info_cap_header.size <= answer.byteLength && !heads.has(at)) {
    const { id, version, next } = vfio_info_cap_header.decode(answer, at);
    heads.set(at, { id, version });
    at = next;
  }
  const starts = [...heads.keys()].sort((a, b) => a - b);
  return Array.from(heads, ([at, { id, version }]) => {
    const end = starts.find((start) => start > at) ?? answer.byteLength;
    return { id, version, at, data: answer.slice(at + vfio_info_cap_header.size, end) };
  });
}
