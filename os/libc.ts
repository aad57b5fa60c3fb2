/**
 * libc: the functions of the C library that are called here, opened on first use; and errno.
 *
 * Rules of this file and of those who call it:
 * - errno is read right after the call, before anything allocates: a garbage collection makes system calls too.
 * - 64-bit parameters are bigints, constants best hoisted: a number leaves the engine's fast path.
 * - only `pollLater` runs on another thread, where errno cannot be had: what fails there is asked again here.
 */
import { VfioError } from "../core/errors.ts";

const SYMBOLS = {
  errnoLocation: { name: "__errno_location", parameters: [], result: "pointer" },
  open: {
    parameters: [
      "buffer", // const char *path
      "i32", // int flags
      "u32", // mode_t mode
    ],
    result: "i32", // int
  },
  close: {
    parameters: ["i32"], // int fd
    result: "i32", // int
  },
  read: {
    parameters: [
      "i32", // int fd
      "buffer", // void *buf
      "usize", // size_t count
    ],
    result: "i32", // ssize_t, and no count here reaches 2^31
  },
  write: {
    parameters: [
      "i32", // int fd
      "buffer", // const void *buf
      "usize", // size_t count
    ],
    result: "i32", // ssize_t
  },
  pread: {
    parameters: [
      "i32", // int fd
      "buffer", // void *buf
      "usize", // size_t count
      "i64", // off_t offset
    ],
    result: "i32", // ssize_t
  },
  pwrite: {
    parameters: [
      "i32", // int fd
      "buffer", // const void *buf
      "usize", // size_t count
      "i64", // off_t offset
    ],
    result: "i32", // ssize_t
  },
  ioctl: {
    parameters: [
      "i32", // int fd
      "u32", // unsigned long request: the kernel takes 32 bits of it
      "buffer", // void *argument
    ],
    result: "i32", // int
  },
  ioctlValue: {
    name: "ioctl",
    parameters: [
      "i32", // int fd
      "u32", // unsigned long request
      "usize", // unsigned long argument
    ],
    result: "i32", // int
  },
  poll: {
    parameters: [
      "buffer", // struct pollfd *fds
      "usize", // nfds_t nfds
      "i32", // int timeout
    ],
    result: "i32", // int
  },
  pollLater: {
    name: "poll",
    parameters: [
      "buffer", // struct pollfd *fds
      "usize", // nfds_t nfds
      "i32", // int timeout
    ],
    result: "i32", // int
    nonblocking: true,
  },
  eventfd: {
    parameters: [
      "u32", // unsigned int initval
      "i32", // int flags
    ],
    result: "i32", // int
  },
  memfdCreate: {
    name: "memfd_create",
    parameters: [
      "buffer", // const char *name
      "u32", // unsigned int flags
    ],
    result: "i32", // int
  },
  ftruncate: {
    parameters: [
      "i32", // int fd
      "i64", // off_t length
    ],
    result: "i32", // int
  },
  statx: {
    parameters: [
      "i32", // int dirfd
      "buffer", // const char *path
      "i32", // int flags
      "u32", // unsigned int mask
      "buffer", // struct statx *statxbuf
    ],
    result: "i32", // int
  },
  readlink: {
    parameters: [
      "buffer", // const char *path
      "buffer", // char *buf
      "usize", // size_t bufsiz
    ],
    result: "i32", // ssize_t
  },
  // getdents64 has a name of its own in glibc only.
  syscall: {
    parameters: [
      "i64", // long number
      "i64", // unsigned int fd
      "buffer", // struct linux_dirent64 *dirp
      "usize", // size_t count
    ],
    result: "i32", // long
  },
  mmap: {
    parameters: [
      "usize", // void *addr
      "usize", // size_t length
      "i32", // int prot
      "i32", // int flags
      "i32", // int fd
      "i64", // off_t offset
    ],
    result: "usize", // void *; MAP_FAILED is -1, not NULL
  },
  munmap: {
    parameters: [
      "usize", // void *addr
      "usize", // size_t length
    ],
    result: "i32", // int
  },
  mprotect: {
    parameters: [
      "usize", // void *addr
      "usize", // size_t length
      "i32", // int prot
    ],
    result: "i32", // int
  },
  madvise: {
    parameters: [
      "usize", // void *addr
      "usize", // size_t length
      "i32", // int advice
    ],
    result: "i32", // int
  },
  getpagesize: { parameters: [], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The functions of libc that are called here. */
export type Libc = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/** glibc, then musl. */
const NAMES = ["libc.so.6", `libc.musl-${Deno.build.arch}.so.1`];

interface Opened {
  readonly name: string;
  readonly symbols: Libc;
  /** errno of this isolate's thread. */
  readonly cell: Int32Array;
}

let opened: Opened | undefined;

/**
 * Gives libc's functions; opens it at the first call, and never closes it.
 *
 * @throws {VfioError} `ENOSYS` on anything but Linux.
 * @throws {Error} Deno's NotCapable without `--allow-ffi`.
 */
export function libc(): Libc {
  return (opened ??= open()).symbols;
}

/** What the last call on this isolate's thread left in errno: to be read before anything else is done. */
export function errno(): number {
  return opened?.cell[0] ?? 0;
}

function open(): Opened {
  if (Deno.build.os !== "linux") throw unavailable(`this is ${Deno.build.os}`);
  // The kernel's structs are read through typed arrays, which are in the machine's order; Deno has no other machines.
  if (new Uint8Array(new Uint16Array([1]).buffer)[0] !== 1) throw unavailable("this machine is big-endian");
  let failure: unknown;
  for (const name of NAMES) {
    try {
      const { symbols } = Deno.dlopen(name, SYMBOLS);
      const location = symbols.errnoLocation();
      if (location === null) throw unavailable(`${name} tells no errno`);
      return { name, symbols, cell: new Int32Array(Deno.UnsafePointerView.getArrayBuffer(location, 4)) };
    } catch (error) {
      // The permission is missing: Deno's own words say so, and another name would not help.
      if (error instanceof Error && error.name === "NotCapable") throw error;
      failure ??= error;
    }
  }
  throw unavailable(`none of ${NAMES.join(", ")} opens`, failure);
}

function unavailable(detail: string, cause?: unknown): VfioError {
  return new VfioError({
    code: "ENOSYS",
    operation: "open",
    subject: "libc",
    detail: `${detail}; VFIO needs Linux, and @vfio/vfio/emulated runs anywhere`,
    cause,
  });
}

/** Tells where a buffer lies, for structs that point to others. It stays there as long as the buffer is referenced. */
export function addressOf(bytes: Uint8Array<ArrayBuffer>): bigint {
  // Small arrays lie in the engine's heap, which moves, until their buffer is asked for.
  const { buffer, byteOffset } = bytes;
  return BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(new Uint8Array(buffer)))) + BigInt(byteOffset);
}

/** Makes a C string. @throws {TypeError} when the text has a NUL in it. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  if (text.includes("\0")) {
    throw new TypeError(`Cannot pass ${JSON.stringify(text)} on: a C string has no NUL in it`);
  }
  return new TextEncoder().encode(`${text}\0`);
}

/**
 * A thread of its own for one call that may block for long: the source of a Worker, as a data: URL, which needs no
 * permission of its own where a module's file would.
 *
 * It takes one message, `[library, function, fd, request]`, and answers `[result, errno]`.
 */
const WORKER = `
onmessage = ({ data: [library, call, fd, request] }) => {
  const { symbols } = Deno.dlopen(library, {
    __errno_location: { parameters: [], result: "pointer" },
    close: { parameters: ["i32"], result: "i32" },
    ioctl: { parameters: ["i32", "u32", "usize"], result: "i32" },
  });
  const cell = new Int32Array(Deno.UnsafePointerView.getArrayBuffer(symbols.__errno_location(), 4));
  const result = call === "close" ? symbols.close(fd) : symbols.ioctl(fd, request, 0n);
  const errno = cell[0];
  postMessage([result, errno]);
};`;

/** Starts a thread for one call; {@linkcode WORKER} says what it takes and answers. */
export function startCall(call: "close" | "ioctl", fd: number, request: number): Worker {
  libc();
  const worker = new Worker(`data:text/javascript,${encodeURIComponent(WORKER)}`, { type: "module" });
  worker.postMessage([opened?.name, call, fd, request]);
  return worker;
}
