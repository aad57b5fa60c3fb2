/** Memory files: a memfd, or a dma-buf that was handed in. */
import type { MemoryFile } from "../core/memory.ts";
import { EINVAL, MFD_CLOEXEC } from "./constants_data.ts";
import { Descriptor } from "./descriptor.ts";
import { fileStatus, readLink } from "./files.ts";
import { cString, errno, libc } from "./libc.ts";
import { systemError } from "./system_error.ts";

const SUBJECT = "a memory file";

/** A file that is memory. */
export class MemoryDescriptor extends Descriptor implements MemoryFile {
  readonly kind: "memfd" | "dma-buf";
  readonly size: number;

  /** Owns `fd` from here on. */
  constructor(fd: number, kind: "memfd" | "dma-buf", size: number) {
    super(fd, SUBJECT);
    this.kind = kind;
    this.size = size;
  }
}

/**
 * Looks at a descriptor that was handed in, and owns it from then on.
 *
 * @throws {VfioError} `EBADF`; `EINVAL` for a file that is no memory. The descriptor stays the caller's then.
 */
export function adoptMemory(fd: number): MemoryDescriptor {
  const { size } = fileStatus(fd);
  const name = readLink(`/proc/self/fd/${fd}`);
  if (name.startsWith("/memfd:")) return new MemoryDescriptor(fd, "memfd", size);
  if (name.startsWith("/dmabuf:")) return new MemoryDescriptor(fd, "dma-buf", size);
  throw systemError(EINVAL, "open", SUBJECT, { detail: `descriptor ${fd} is neither a memfd nor a dma-buf` });
}

/**
 * Makes a memfd.
 *
 * @param flags Of memfd_create(2), for its pages.
 * @throws {VfioError} what memfd_create(2) and ftruncate(2) give.
 */
export function createMemory(size: number, flags: number): MemoryDescriptor {
  const fd = libc().memfdCreate(cString("vfio"), MFD_CLOEXEC | flags);
  if (fd < 0) throw systemError(errno(), "memfd_create", SUBJECT);
  const file = new MemoryDescriptor(fd, "memfd", size);
  if (libc().ftruncate(fd, BigInt(size)) === 0) return file;
  const error = systemError(errno(), "ftruncate", SUBJECT);
  file[Symbol.dispose]();
  throw error;
}
