import { assertEquals, assertThrows } from "@std/assert";
import { SparseStorage } from "../../../../devices/mod.ts";
import { pattern } from "./rig.ts";

const CHUNK = 65536;

function read(storage: SparseStorage, offset: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size).fill(0xee);
  storage.read(offset, bytes);
  return bytes;
}

Deno.test("SparseStorage.read() gives what was written, and zeros around it", () => {
  const storage = new SparseStorage(4 * CHUNK);
  const data = pattern(CHUNK + 100);
  storage.write(CHUNK - 50, data);
  assertEquals(read(storage, CHUNK - 50, data.length), data);
  assertEquals(read(storage, CHUNK - 60, 10), new Uint8Array(10));
  assertEquals(read(storage, 2 * CHUNK + 50, 10), new Uint8Array(10));
  assertEquals(read(storage, 3 * CHUNK, 10), new Uint8Array(10));
});

Deno.test("SparseStorage.clear() clears its range and nothing else", () => {
  const storage = new SparseStorage(4 * CHUNK);
  const data = pattern(4 * CHUNK);
  storage.write(0, data);
  storage.clear(CHUNK - 1, CHUNK + 3);
  data.fill(0, CHUNK - 1, 2 * CHUNK + 2);
  assertEquals(read(storage, 0, 4 * CHUNK), data);
  storage.clear(0, 0);
  assertEquals(read(storage, 0, 4 * CHUNK), data);
});

Deno.test("SparseStorage.clear() takes no longer for a range without data", () => {
  const storage = new SparseStorage(Number.MAX_SAFE_INTEGER);
  storage.write(2 ** 50, pattern(100));
  storage.clear(0, Number.MAX_SAFE_INTEGER);
  assertEquals(read(storage, 2 ** 50, 100), new Uint8Array(100));
});

Deno.test("SparseStorage refuses what is past its end", () => {
  const storage = new SparseStorage(100);
  assertThrows(() => storage.read(91, new Uint8Array(10)), RangeError);
  assertThrows(() => storage.write(91, new Uint8Array(10)), RangeError);
  assertThrows(() => storage.clear(91, 10), RangeError);
  assertThrows(() => storage.read(-1, new Uint8Array(1)), RangeError);
  assertThrows(() => storage.read(0.5, new Uint8Array(1)), RangeError);
  storage.write(90, new Uint8Array(10));
});
