/** Memory files of the tests' own, told apart by their names. */
import { MFD_CLOEXEC } from "../../os/constants_data.ts";
import { listFolder, readLink } from "../../os/files.ts";
import { cString, libc } from "../../os/libc.ts";

const FOLDER = "/proc/self/fd";

/** Makes a sparse file. @returns Its descriptor, which is the caller's to close. */
export function memfd(name: string, size = 0): number {
  const fd = libc().memfdCreate(cString(name), MFD_CLOEXEC);
  if (fd < 0 || libc().ftruncate(fd, BigInt(size)) < 0) throw new Error(`Cannot make the memfd ${name}`);
  return fd;
}

/** What its descriptors are called in /proc. */
export function linkOf(name: string): string {
  return `/memfd:${name} (deleted)`;
}

/** How many descriptors of it are open: other threads have others, and theirs come and go. */
export function openOnes(name: string): number {
  return listFolder(FOLDER).filter((fd) => targetOf(fd) === linkOf(name)).length;
}

function targetOf(fd: string): string | undefined {
  try {
    return readLink(`${FOLDER}/${fd}`);
  } catch {
    // It was the listing's own.
    return undefined;
  }
}
