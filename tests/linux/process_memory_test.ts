import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { VfioError } from "../../core/errors.ts";
import type { HostMemory, Memory, Protection } from "../../core/memory.ts";
import { libc } from "../../os/libc.ts";
import { allocateMemory } from "../../os/allocate.ts";
import { mapMemory } from "../../os/process_memory.ts";
import { holdings, isMapped } from "./holdings.ts";

const PAGE = libc().getpagesize();

/** Each access, by name: width in bytes, and how it is made. */
const READS: readonly (readonly [number, (memory: Memory, offset: number) => unknown])[] = [
  [1, (memory, offset) => memory.read8(offset)],
  [2, (memory, offset) => memory.read16(offset)],
  [4, (memory, offset) => memory.read32(offset)],
  [8, (memory, offset) => memory.read64(offset)],
];
const WRITES: readonly (readonly [number, (memory: Memory, offset: number) => unknown])[] = [
  [1, (memory, offset) => memory.write8(offset, 0)],
  [2, (memory, offset) => memory.write16(offset, 0)],
  [4, (memory, offset) => memory.write32(offset, 0)],
  [8, (memory, offset) => memory.write64(offset, 0n)],
];
const ACCESSES = [...READS, ...WRITES];

function assertEveryAccessThrows(memory: HostMemory, code: string): void {
  for (const [, access] of ACCESSES) {
    assertEquals(assertThrows(() => access(memory, 0), VfioError).code, code);
  }
}

Deno.test("ProcessMemory is whole pages of zeros, at a page's start", () => {
  using memory = allocateMemory(PAGE + 1, {});
  assertEquals(memory.size, 2 * PAGE);
  assertEquals(memory.bytes.length, 2 * PAGE);
  assertEquals(memory.vaddr % BigInt(PAGE), 0n);
  assert(memory.bytes.every((byte) => byte === 0));
  assertEquals(memory.file, undefined);
});

Deno.test("ProcessMemory keeps what each of the eight accesses writes, little-endian", () => {
  using memory = allocateMemory(PAGE, {});
  memory.write64(8, 0x8877_6655_4433_2211n);
  assertEquals([...memory.bytes.subarray(8, 16)], [0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88]);
  assertEquals(memory.read64(8), 0x8877_6655_4433_2211n);
  assertEquals(memory.read32(12), 0x8877_6655);
  assertEquals(memory.read16(14), 0x8877);
  assertEquals(memory.read8(15), 0x88);
  memory.write32(8, 0xffff_ffff);
  memory.write16(12, 0xfffe);
  memory.write8(14, 0xfd);
  assertEquals(memory.read64(8), 0x88fd_fffe_ffff_ffffn);
  memory.write64(PAGE - 8, 2n ** 64n - 1n);
  memory.write32(PAGE - 4, 0);
  assertEquals(memory.read64(PAGE - 8), 0xffff_ffffn);
});

Deno.test("ProcessMemory refuses offsets that are fractional, unaligned or outside", () => {
  using memory = allocateMemory(PAGE, {});
  for (const [bytes, access] of ACCESSES) {
    const outside = [
      -1,
      -bytes,
      PAGE,
      PAGE - bytes + 1,
      2 ** 32,
      2 ** 32 + bytes,
      2 ** 53,
      Infinity,
      -Infinity,
    ];
    const wrong = [0.5, bytes + 0.5, NaN, ...outside, ...(bytes > 1 ? [1, bytes / 2, bytes + 1] : [])];
    for (const offset of wrong) {
      assertThrows(() => access(memory, offset), RangeError, undefined, `${bytes} at ${offset}`);
    }
    access(memory, 0);
    access(memory, PAGE - bytes);
  }
  for (const offset of ["0", null, undefined, 0n, {}]) {
    for (const [, access] of ACCESSES) assertThrows(() => access(memory, offset as number));
  }
  assert(memory.bytes.every((byte) => byte === 0));
});

Deno.test("ProcessMemory refuses values that do not fit", () => {
  using memory = allocateMemory(PAGE, {});
  const never = [-1, 0.5, NaN, Infinity, 2 ** 53, "1", null, undefined, {}] as number[];
  for (const value of [...never, 0x100]) {
    assertThrows(() => memory.write8(0, value), RangeError);
  }
  for (const value of [...never, 0x1_0000]) assertThrows(() => memory.write16(0, value), RangeError);
  for (const value of [...never, 2 ** 32]) assertThrows(() => memory.write32(0, value), RangeError);
  const wide = [-1n, 2n ** 64n, 1 as unknown as bigint, undefined as unknown as bigint];
  for (const value of wide) assertThrows(() => memory.write64(0, value), RangeError);
  assert(memory.bytes.every((byte) => byte === 0));
});

Deno.test("ProcessMemory[Symbol.dispose]() unmaps, detaches views and ends all access", () => {
  const memory = allocateMemory(PAGE, {});
  const { vaddr, bytes } = memory;
  const part = bytes.subarray(4, 8);
  assert(isMapped(vaddr));
  memory[Symbol.dispose]();
  memory[Symbol.dispose]();
  assert(!isMapped(vaddr));
  assertEquals([bytes.length, part.length, memory.bytes.length, memory.size], [0, 0, 0, 0]);
  assertEquals(memory.vaddr, vaddr);
  assertEveryAccessThrows(memory, "EBADF");
  assertEquals(assertThrows(() => memory.protect("none"), VfioError).code, "EBADF");
  assertEquals(assertThrows(() => memory.physicalAddress(0), VfioError).code, "EBADF");
});

Deno.test("ProcessMemory[Symbol.dispose]() in a hot loop ends it with EBADF", () => {
  const memory = allocateMemory(PAGE, {});
  const rounds = 300_000;
  let done = 0;
  function loop(): void {
    for (let i = 0; i < 2 * rounds; i++) {
      if (i === rounds) memory[Symbol.dispose]();
      memory.write32(0, i);
      done += memory.read32(0) === i ? 1 : 0;
    }
  }
  assertEquals(assertThrows(loop, VfioError).code, "EBADF");
  assertEquals(done, rounds);
});

Deno.test("ProcessMemory.protect() makes accesses throw EFAULT instead of ending the process", () => {
  using memory = allocateMemory(PAGE, {});
  const closed: readonly Protection[] = ["none", "read", "write"];
  for (const protection of closed) {
    memory.write32(0, 7);
    const { bytes } = memory;
    memory.protect(protection);
    assertEquals(bytes.length, 0);
    assertEveryAccessThrows(memory, "EFAULT");
    assertEquals(assertThrows(() => memory.bytes, VfioError).code, "EFAULT");
    assertThrows(() => memory.read8(-1), RangeError);
    memory.protect("read-write");
    assertEquals(memory.read32(0), 7);
    assertEquals(memory.bytes[0], 7);
  }
});

Deno.test("ProcessMemory can be made protected", () => {
  using memory = allocateMemory(PAGE, { protection: "none" });
  assertEveryAccessThrows(memory, "EFAULT");
  memory.protect("read-write");
  assertEquals(memory.read32(0), 0);
});

Deno.test("allocateMemory() falls back to ordinary pages when no huge ones are free, and says which it took", () => {
  for (const shared of [false, true]) {
    using memory = allocateMemory(PAGE + 1, { hugePages: true, shared });
    assert(memory.pageSize === PAGE || memory.pageSize === 0x20_0000);
    assertEquals(memory.size, Math.ceil((PAGE + 1) / memory.pageSize) * memory.pageSize);
    memory.write8(memory.size - 1, 1);
  }
});

Deno.test("allocateMemory() refuses sizes that are none, and says what is too much", () => {
  for (const size of [0, -1, 0.5, NaN, 2n as unknown as number]) {
    assertThrows(() => allocateMemory(size, {}), TypeError);
  }
  assertThrows(() => allocateMemory(2 ** 32 + 1, {}), RangeError);
});

Deno.test("allocateMemory() makes memory of a file that others can map", () => {
  const before = holdings();
  {
    using memory = allocateMemory(2 * PAGE, { shared: true });
    assert(memory.file !== undefined);
    assertEquals([memory.file.kind, memory.file.size], ["memfd", 2 * PAGE]);
    using whole = mapMemory(memory.file, {});
    using second = mapMemory(memory.file, { offset: PAGE });
    assertEquals([whole.size, second.size], [2 * PAGE, PAGE]);
    assertNotEquals(whole.vaddr, memory.vaddr);
    memory.write32(PAGE, 0xcafe);
    assertEquals([whole.read32(PAGE), second.read32(0)], [0xcafe, 0xcafe]);
    second[Symbol.dispose]();
    assertEquals(whole.read32(PAGE), 0xcafe);
    assert(!memory.file.closed);
  }
  assertEquals(holdings(), before);
});

Deno.test("mapMemory() refuses parts outside the file, which would end the process when touched", () => {
  using memory = allocateMemory(PAGE, { shared: true });
  const { file } = memory;
  assert(file !== undefined);
  const parts = [{ size: PAGE + 1 }, { offset: PAGE }, { offset: -PAGE }, { offset: 1 }, { size: 0 }, {
    offset: NaN,
  }];
  for (const part of parts) assertEquals(assertThrows(() => mapMemory(file, part), VfioError).code, "EINVAL");
  memory[Symbol.dispose]();
  assertEquals(assertThrows(() => mapMemory(file, {}), VfioError).code, "EBADF");
});

Deno.test("allocateMemory() holds nothing when it fails", () => {
  const before = holdings();
  assertThrows(() => allocateMemory(2 ** 32 + 1, { shared: true }), RangeError);
  assertEquals(holdings(), before);
});

Deno.test("ProcessMemory.physicalAddress() tells a frame's address, or who may not know", () => {
  using memory = allocateMemory(2 * PAGE, {});
  memory.write8(PAGE, 1);
  try {
    const address = memory.physicalAddress(PAGE + 5);
    assertEquals(address % BigInt(PAGE), 5n);
  } catch (error) {
    assert(error instanceof VfioError && error.code === "EPERM", String(error));
  }
  assertThrows(() => memory.physicalAddress(2 * PAGE), RangeError);
});

Deno.test("ProcessMemory.physicalAddress() throws ENXIO while the page is not present", () => {
  using memory = allocateMemory(PAGE, { protection: "none" });
  assertEquals(assertThrows(() => memory.physicalAddress(0), VfioError).code, "ENXIO");
});
