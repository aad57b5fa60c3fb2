/** Twin: bench/c/nvme.c and nvme_block.c, as functions. */
import type { NvmeTransfer } from "@vfio/vfio/nvme";

const SYMBOLS = {
  nvme_queue: { parameters: ["pointer", "pointer", "pointer", "pointer", "u32", "u32"], result: "pointer" },
  nvme_queue_free: { parameters: ["pointer"], result: "void" },
  nvme_run: { parameters: ["pointer", "buffer", "buffer", "u32", "u32", "u32"], result: "pointer" },
  nvme_run_free: { parameters: ["pointer"], result: "void" },
  nvme_start: { parameters: ["pointer", "u32", "u32"], result: "void" },
  nvme_poll: { parameters: ["pointer"], result: "i32" },
  nvme_rest: { parameters: ["u32"], result: "void" },
  nvme_read: { parameters: ["pointer", "u32", "u32", "u32"], result: "i32" },
  nvme_instant: { parameters: ["pointer", "pointer", "pointer", "u32", "u32", "buffer"], result: "void" },
  disk_open: { parameters: ["buffer", "u32", "u32"], result: "pointer" },
  disk_read: { parameters: ["pointer", "buffer", "u32", "u32"], result: "i32" },
  disk_close: { parameters: ["pointer"], result: "void" },
} as const;

/** The functions of the C library. */
export type NvmeTwin = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/** Opens the compiled library. */
export function openNvmeTwin(path: string): NvmeTwin {
  return Deno.dlopen(path, SYMBOLS).symbols;
}

/** Tells C of memory that is ready for commands, as its `struct transfer`. */
export function packTransfers(transfers: readonly NvmeTransfer[]): Uint32Array<ArrayBuffer> {
  return Uint32Array.from(transfers.flatMap((transfer) => {
    const { size, first, second, firstLow, firstHigh, secondLow, secondHigh, listLow, listHigh } = transfer;
    return [size, first, second, firstLow, firstHigh, 0, 0, secondLow, secondHigh, listLow, listHigh];
  }));
}

/** A pointer for C. */
export function pointerTo(vaddr: bigint): Deno.PointerValue {
  return Deno.UnsafePointer.create(vaddr);
}
