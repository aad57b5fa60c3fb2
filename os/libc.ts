/**
 * libc: the functions of the C library that are called here, opened on first use; and errno.
 *
 * Rules of this file and of those who call it:
 * - errno is read right after the call, before anything allocates: a garbage collection makes system calls too.
 * - 64-bit parameters are bigints, constants best hoisted: a number leaves the engine's fast path.
 * - only `pollLater` runs on another thread, where errno cannot be had: what fails there is asked again here.
 */
import { VfioError } from "../core/errors.ts";
import { IN_PLACE, SYMBOLS } from "./symbols_data.ts";

/** The functions of libc that are called here. */
export type Libc = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/** Those that are called all the time. */
export type InPlace = Deno.DynamicLibrary<typeof IN_PLACE>["symbols"];

/** glibc, then musl. */
const NAMES = ["libc.so.6", `libc.musl-${Deno.build.arch}.so.1`];

interface Opened {
  readonly name: string;
  readonly symbols: Libc;
  readonly inPlace: InPlace;
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

/** Gives those functions of libc's that are called all the time, as {@linkcode libc} does: they take a Place's pointer. */
export function inPlace(): InPlace {
  return (opened ??= open()).inPlace;
}

/** What the last call on this isolate's thread left in errno: to be read before anything else is done. */
export function errno(): number {
  return opened?.cell[0] ?? 0;
}

/** The place of errno itself, for calls whose errors must be right whatever the machine does: taken before the call, read after it. */
export function errnoCell(): Int32Array {
  return (opened ??= open()).cell;
}

function open(): Opened {
  if (Deno.build.os !== "linux") throw unavailable(`this is ${Deno.build.os}`);
  // The kernel's structs are read through typed arrays, which are in the machine's order; Deno has no other machines.
  if (new Uint8Array(new Uint16Array([1]).buffer)[0] !== 1) throw unavailable("this machine is big-endian");
  let failure: unknown;
  for (const name of NAMES) {
    try {
      const { symbols } = Deno.dlopen(name, SYMBOLS);
      const { symbols: inPlace } = Deno.dlopen(name, IN_PLACE);
      const location = symbols.errnoLocation();
      if (location === null) throw unavailable(`${name} tells no errno`);
      const cell = new Int32Array(Deno.UnsafePointerView.getArrayBuffer(location, 4));
      return { name, symbols, inPlace, cell };
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

/** An address, as calls take it. */
export type Pointer = Deno.PointerObject;

/** Tells where a buffer lies. It stays there as long as it is referenced. */
export function pointerTo(buffer: ArrayBuffer): Pointer {
  const pointer = Deno.UnsafePointer.of(new Uint8Array(buffer));
  if (pointer === null) throw new TypeError("Cannot tell where a buffer of no bytes lies: it lies nowhere");
  return pointer;
}

/** Tells where bytes lie, for structs that point to others. They stay there as long as their buffer is referenced. */
export function addressOf(bytes: Uint8Array<ArrayBuffer>): bigint {
  // Small arrays lie in the engine's heap, which moves, until their buffer is asked for.
  const { buffer, byteOffset } = bytes;
  return BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(new Uint8Array(buffer)))) + BigInt(byteOffset);
}

const encoder = new TextEncoder();

/** Makes a C string. @throws {TypeError} when the text has a NUL in it. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  if (text.includes("\0")) {
    throw new TypeError(`Cannot pass ${JSON.stringify(text)} on: a C string has no NUL in it`);
  }
  return encoder.encode(`${text}\0`);
}

/**
 * A thread of its own for one call that may block for long: the source of a Worker, as a data: URL, which needs no
 * permission of its own where a module's file would.
 *
 * It takes one message, `[library, function, fd, request, argument]`, and answers `[result, errno]`.
 */
const WORKER = `
onmessage = ({ data: [library, call, fd, request, argument] }) => {
  const { symbols } = Deno.dlopen(library, {
    __errno_location: { parameters: [], result: "pointer" },
    close: { parameters: ["i32"], result: "i32" },
    ioctl: { parameters: ["i32", "u32", "buffer"], result: "i32" },
  });
  const cell = new Int32Array(Deno.UnsafePointerView.getArrayBuffer(symbols.__errno_location(), 4));
  const result = call === "close" ? symbols.close(fd) : symbols.ioctl(fd, request, argument);
  const errno = cell[0];
  postMessage([result, errno]);
};`;

/** Starts a thread for one call; {@linkcode WORKER} says what it takes and answers. @param argument The ioctl's; null: none. */
export function startCall(
  call: "close" | "ioctl",
  fd: number,
  request: number,
  argument: Uint8Array<ArrayBuffer> | null,
): Worker {
  libc();
  const worker = new Worker(`data:text/javascript,${encodeURIComponent(WORKER)}`, { type: "module" });
  worker.postMessage([opened?.name, call, fd, request, argument]);
  return worker;
}
