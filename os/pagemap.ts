/** Physical addresses, as /proc/self/pagemap tells them. */
import { ENXIO, EPERM } from "./constants_data.ts";
import { readPart } from "./files.ts";
import { libc } from "./libc.ts";
import { systemError } from "./system_error.ts";

const PAGEMAP = "/proc/self/pagemap";
const PRESENT = 1n << 63n;
const FRAME = (1n << 55n) - 1n;

/**
 * Tells the physical address of a byte of this process.
 *
 * @throws {VfioError} `EPERM` without CAP_SYS_ADMIN; `ENXIO` while the page is not present.
 * @see Linux, Documentation/admin-guide/mm/pagemap.rst
 */
export function physicalAddress(vaddr: bigint): bigint {
  const page = BigInt(libc().getpagesize());
  const entry = new BigUint64Array(1);
  const count = readPart(PAGEMAP, Number(vaddr / page) * 8, new Uint8Array(entry.buffer), 8);
  const value = entry[0] ?? 0n;
  if (count < 8 || (value & PRESENT) === 0n) {
    throw systemError(ENXIO, "pread", PAGEMAP, { detail: "the page is not in memory" });
  }
  // Without the capability the kernel shows a page and hides where it is.
  const frame = value & FRAME;
  if (frame === 0n) throw systemError(EPERM, "pread", PAGEMAP, { detail: "without CAP_SYS_ADMIN" });
  return frame * page + vaddr % page;
}
