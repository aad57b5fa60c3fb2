/**
 * Files, by libc's calls: what stands in /sys, /proc and /dev, where Deno's own functions want every permission.
 */
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  EFBIG,
  EINTR,
  ENOENT,
  ENOTDIR,
  F_OK,
  O_CLOEXEC,
  O_RDONLY,
  O_WRONLY,
  STATX_BASIC_STATS,
  SYS_GETDENTS64,
} from "./constants_data.ts";
import { Descriptor } from "./descriptor.ts";
import { cString, errno, libc } from "./libc.ts";
import { systemError } from "./system_error.ts";
import type { ErrorContext } from "./system_error.ts";

const CHUNK = 0x1_0000;
const LONGEST_PATH = 4096n;
/** pci.ids, the longest that is read, has 1.5 MB. */
const LONGEST = 0x100_0000;

/** Files that are made here are their owner's alone. */
const OWN = 0o600;

/** A descriptor that is read or written and closed again. */
class OpenFile extends Descriptor {}

/**
 * Opens a file.
 *
 * @returns Its descriptor, closed on exec.
 * @throws {VfioError} what open(2) gives.
 */
export function openFile(path: string, flags: number, context?: ErrorContext): number {
  const name = cString(path);
  for (;;) {
    const fd = libc().open(name, flags | O_CLOEXEC, OWN);
    if (fd >= 0) return fd;
    const number = errno();
    if (number !== EINTR) throw systemError(number, "open", path, context);
  }
}

/** Where reads go first: most files are short. */
const scratch = new Uint8Array(CHUNK);

/** Reads a whole file. @throws {VfioError} what open(2) and read(2) give; `EFBIG` over 16 MiB. */
export function readFile(path: string): Uint8Array<ArrayBuffer> {
  using file = new OpenFile(openFile(path, O_RDONLY), path);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (;;) {
    const count = libc().read(file.fd, scratch, BigInt(CHUNK));
    if (count < 0) {
      const number = errno();
      if (number === EINTR) continue;
      throw systemError(number, "read", path);
    }
    if (count === 0) break;
    parts.push(scratch.slice(0, count));
    size += count;
    if (size > LONGEST) throw systemError(EFBIG, "read", path);
  }
  const whole = new Uint8Array(size);
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

const decoder = new TextDecoder();

/** Reads a whole file as text. @throws {VfioError} as {@linkcode readFile}. */
export function readText(path: string): string {
  return decoder.decode(readFile(path));
}

/** Reads a part of a file. @returns Bytes read, fewer at the file's end. @throws {VfioError} what open(2) and pread(2) give. */
export function readPart(path: string, offset: number, into: Uint8Array<ArrayBuffer>, size: number): number {
  using file = new OpenFile(openFile(path, O_RDONLY), path);
  const count = libc().pread(file.fd, into, BigInt(size), BigInt(offset));
  if (count < 0) throw systemError(errno(), "pread", path);
  return count;
}

/**
 * Writes a text with one write(2), as sysfs wants it.
 *
 * @param flags Of open(2), beside that it is written.
 * @throws {VfioError} what open(2) and write(2) give.
 */
export function writeText(path: string, text: string, flags: number = 0): void {
  using file = new OpenFile(openFile(path, O_WRONLY | flags), path);
  const bytes = new TextEncoder().encode(text);
  if (libc().write(file.fd, bytes, BigInt(bytes.length)) < 0) throw systemError(errno(), "write", path);
}

/** Tells where a symbolic link points. @throws {VfioError} what readlink(2) gives. */
export function readLink(path: string): string {
  const count = libc().readlink(cString(path), scratch, LONGEST_PATH);
  if (count < 0) throw systemError(errno(), "readlink", path);
  return decoder.decode(scratch.subarray(0, count));
}

/** Lists a folder, sorted, without "." and "..". @throws {VfioError} what open(2) and getdents64(2) give. */
export function listFolder(path: string): string[] {
  using folder = new OpenFile(openFile(path, O_RDONLY), path);
  const number = SYS_GETDENTS64[Deno.build.arch] ?? 0n;
  const entries = new Uint8Array(CHUNK);
  const names: string[] = [];
  for (;;) {
    const count = libc().syscall(number, BigInt(folder.fd), entries, BigInt(CHUNK));
    if (count < 0) throw systemError(errno(), "getdents64", path);
    if (count === 0) return names.sort();
    names.push(...namesIn(entries.subarray(0, count)));
  }
}

/** Names in an array of struct linux_dirent64: u64 d_ino, s64 d_off, u16 d_reclen, u8 d_type, char d_name[]. */
function namesIn(entries: Uint8Array<ArrayBuffer>): string[] {
  const names: string[] = [];
  for (let at = 0; at < entries.length;) {
    const length = (entries[at + 16] ?? 0) | (entries[at + 17] ?? 0) << 8;
    const name = entries.subarray(at + 19, entries.indexOf(0, at + 19));
    names.push(decoder.decode(name));
    at += length;
  }
  return names.filter((name) => name !== "." && name !== "..");
}

/** Whether a file is there. @throws {VfioError} what access(2) gives, if not that the file is not there. */
export function exists(path: string): boolean {
  if (libc().access(cString(path), F_OK) === 0) return true;
  const number = errno();
  if (number === ENOENT || number === ENOTDIR) return false;
  throw systemError(number, "access", path);
}

/** What a file is like. */
export interface FileStatus {
  readonly owner: number;
  readonly group: number;
  /** Rights, 0o777 and below; without the file's kind. */
  readonly mode: number;
  /** Bytes. */
  readonly size: number;
  /** Bytes: for memory files the page size. */
  readonly blockSize: number;
}

/** Tells what a file is like, by its path or its descriptor. @throws {VfioError} what statx(2) gives. */
export function fileStatus(file: string | number): FileStatus {
  const words = new Uint32Array(64);
  const [fd, path, flags] = typeof file === "number" ? [file, "", AT_EMPTY_PATH] : [AT_FDCWD, file, 0];
  if (libc().statx(fd, cString(path), flags, STATX_BASIC_STATS, words) < 0) {
    throw systemError(errno(), "statx", String(file));
  }
  // struct statx: u32 blksize at 4, u32 uid at 20, u32 gid at 24, u16 mode at 28, u64 size at 40
  const [blockSize = 0, owner = 0, group = 0, mode = 0, low = 0, high = 0] = [1, 5, 6, 7, 10, 11].map((i) =>
    words[i]
  );
  return { blockSize, owner, group, mode: mode & 0o7777, size: low + high * 2 ** 32 };
}
