/** Twin: bench/c/vfio.c and interrupts.c, as functions. */

const SYMBOLS = {
  vfio_open: { parameters: ["buffer", "buffer", "buffer"], result: "i32" },
  vfio_bar: { parameters: ["i32"], result: "pointer" },
  vfio_first: { parameters: ["buffer"], result: "u32" },
  read32: { parameters: ["pointer", "u32"], result: "f64" },
  read64: { parameters: ["pointer", "u32"], result: "f64" },
  write32: { parameters: ["pointer", "u32"], result: "void" },
  write64: { parameters: ["pointer", "u32"], result: "void" },
  tuned_read32: { parameters: ["pointer", "u32"], result: "f64" },
  region_read: { parameters: ["i32", "u64", "u32", "u32"], result: "f64" },
  region_write: { parameters: ["i32", "u64", "u32"], result: "i32" },
  tuned_region_read: { parameters: ["i32", "u64", "u32", "u32"], result: "f64" },
  pread: { parameters: ["i32", "pointer", "usize", "i64"], result: "i32" }, // libc's own
  dma_fill: { parameters: ["i32", "u64", "u64", "u64", "u64", "u32"], result: "i32" },
  dma_remap: { parameters: ["i32", "u64", "u64", "u64", "u32"], result: "i32" },
  wait_by_read: { parameters: ["i32", "u32", "u32", "buffer"], result: "i32" },
  wait_by_epoll: { parameters: ["i32", "u32", "u32", "buffer"], result: "i32" },
  wait_by_pool: { parameters: ["i32", "u32", "u32", "buffer"], result: "i32" },
  vector_connect: { parameters: ["i32"], result: "i32" },
  vector_disconnect: { parameters: ["i32", "i32"], result: "void" },
  vector_poll: { parameters: ["i32"], result: "i32", nonblocking: true },
  vector_read: { parameters: ["i32"], result: "i32" },
  shots_start: { parameters: ["i32", "u32", "u32", "buffer"], result: "i32" },
  shots_ready: { parameters: [], result: "void" },
  shots_seen: { parameters: ["u32"], result: "void" },
  shots_end: { parameters: [], result: "void" },
} as const;

/** The functions of the C library. */
export type Twin = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/** Opens the compiled library. */
export function openTwin(path: string): Twin {
  return Deno.dlopen(path, SYMBOLS).symbols;
}

/** Makes a C string. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}

/** Refuses what the twin could not do. */
export function checked(result: number): void {
  if (result < 0) throw new Error(`the C library failed: errno ${-result}`);
}
