import { assertEquals } from "@std/assert";
import { CHUNK, PhysicalMemory } from "../../../backends/emulated/physical_memory.ts";

const GIB = 2 ** 30;

Deno.test("PhysicalMemory.allocate() begins low, so that devices of 28 address bits reach it", () => {
  const memory = new PhysicalMemory();
  assertEquals([1, 2, 3].map(() => memory.allocate(4096)?.physical), [CHUNK, 2 * CHUNK, 3 * CHUNK]);
});

Deno.test("PhysicalMemory.allocate() passes over the hole where 32-bit BARs lie", () => {
  const memory = new PhysicalMemory({ start: 2 * GIB - 2 * CHUNK });
  const places = [CHUNK, CHUNK + 4096, CHUNK].map((size) => memory.allocate(size)?.physical);
  assertEquals(places, [2 * GIB - 2 * CHUNK, 4 * GIB, 4 * GIB + 2 * CHUNK]);
  assertEquals(new PhysicalMemory({ start: 2 * GIB - CHUNK }).allocate(CHUNK)?.physical, 2 * GIB - CHUNK);
});

Deno.test("PhysicalMemory.allocate() gives nothing once all is handed out", () => {
  const memory = new PhysicalMemory({ start: 2 ** 45 - CHUNK });
  assertEquals([memory.allocate(CHUNK)?.physical, memory.allocate(4096)], [2 ** 45 - CHUNK, undefined]);
});

Deno.test("PhysicalMemory.at() finds a piece by any of its addresses, until it is let go", () => {
  const memory = new PhysicalMemory();
  const extent = memory.allocate(CHUNK + 4096);
  extent?.acquire();
  assertEquals([CHUNK, 2 * CHUNK + 4095, 2 * CHUNK + 4096].map((at) => memory.at(at)), [
    extent,
    extent,
    undefined,
  ]);
  extent?.release();
  assertEquals(memory.at(CHUNK), undefined);
});

Deno.test("PhysicalMemory.allocate() takes huge pages while there are some, and has them again when they are freed", () => {
  const memory = new PhysicalMemory({ hugePages: 3 });
  const first = memory.allocate(2 * CHUNK, true);
  assertEquals([memory.hugePages, memory.allocate(2 * CHUNK, true)], [1, undefined]);
  memory.allocate(4 * CHUNK);
  assertEquals(memory.hugePages, 1);
  first?.acquire();
  first?.release();
  assertEquals(memory.hugePages, 3);
});
