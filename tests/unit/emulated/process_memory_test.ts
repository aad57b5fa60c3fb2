import { assert, assertEquals } from "@std/assert";
import { Pin, ProcessMemory } from "../../../backends/emulated/process_memory.ts";
import type { Backing } from "../../../backends/emulated/process_memory.ts";

const MIB = 2 ** 20;

/** RAM at 1 GiB, and how often it is held. */
function ram(counts = true) {
  const held = { count: 0 };
  const backing: Backing = {
    counts,
    physical: () => 2 ** 30,
    acquire: () => void held.count++,
    release: () => void held.count--,
  };
  return { backing, held };
}

Deno.test("ProcessMemory.map() gives no address twice, and leaves a gap behind each area", () => {
  const memory = new ProcessMemory();
  const { backing, held } = ram();
  const first = memory.map(backing, 3 * MIB, "read-write");
  memory.unmap(first);
  const second = memory.map(backing, 2 * MIB, "read-write");
  assertEquals([first.vaddr % (2 * MIB), second.vaddr - first.vaddr], [0, 6 * MIB]);
  assertEquals([memory.mappings, held.count], [1, 1]);
});

Deno.test("ProcessMemory.pin() gives the physical place, up to the area's end and not beyond", () => {
  const memory = new ProcessMemory();
  const { backing, held } = ram();
  const { vaddr } = memory.map(backing, 3 * MIB, "read-write");
  const pin = (offset: number, size: number) =>
    memory.pin(BigInt(vaddr + offset), BigInt(size), true, Infinity);
  const last = pin(2 * MIB + 4096, MIB - 4096);
  assert(last instanceof Pin);
  assertEquals(last.runs, [{ physical: BigInt(2 ** 30 + 2 * MIB + 4096), size: BigInt(MIB - 4096) }]);
  assertEquals([last.charged, memory.locked, held.count], [BigInt(MIB - 4096), MIB - 4096, 2]);
  assertEquals([pin(3 * MIB - 4096, 8192), pin(3 * MIB, 4096), pin(-4096, 4096), pin(4 * MIB, 4096)], [
    "EFAULT",
    "EFAULT",
    "EFAULT",
    "EFAULT",
  ]);
  last.release();
  last.release();
  assertEquals(held.count, 1);
});

Deno.test("ProcessMemory.pin() needs the right that the device is given", () => {
  const memory = new ProcessMemory();
  const { backing } = ram();
  const area = memory.map(backing, MIB, "read");
  const pin = (write: boolean) => typeof memory.pin(BigInt(area.vaddr), 4096n, write, Infinity) !== "string";
  const rights = (["read", "write", "read-write", "none"] as const).map((protection) => {
    area.protection = protection;
    return [pin(false), pin(true)];
  });
  assertEquals(rights, [[true, false], [false, true], [true, true], [false, false]]);
  memory.unmap(area);
  assertEquals(pin(true), false);
});

Deno.test("ProcessMemory.pin() charges RAM up to exactly the limit, and registers not at all", () => {
  const memory = new ProcessMemory();
  const area = memory.map(ram().backing, MIB, "read-write");
  const pin = (vaddr: number, pages: number) => memory.pin(BigInt(vaddr), BigInt(4096 * pages), true, 8192);
  assertEquals([pin(area.vaddr, 3), memory.locked], ["ENOMEM", 0]);
  assert(pin(area.vaddr, 2) instanceof Pin);
  assertEquals([pin(area.vaddr, 1), memory.locked], ["ENOMEM", 8192]);
  const registers = pin(memory.map(ram(false).backing, MIB, "read-write").vaddr, 1);
  assert(registers instanceof Pin);
  assertEquals([registers.charged, memory.locked], [0n, 8192]);
});

Deno.test("ProcessMemory.charge() counts what is pinned already, up to exactly the limit", () => {
  const memory = new ProcessMemory();
  assertEquals([memory.charge(4096n, 8192), memory.charge(4096n, 8192), memory.locked], [true, true, 8192]);
  assertEquals([memory.charge(4096n, 8192), memory.locked], [false, 8192]);
  memory.uncharge(4096n);
  assertEquals(memory.locked, 4096);
});
