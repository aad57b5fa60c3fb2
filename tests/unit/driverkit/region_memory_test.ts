import { assertEquals, assertThrows } from "@std/assert";
import type { Device } from "../../../core/device.ts";
import type { MapOptions, Mapping, Region, RegionInfo, SparseArea } from "../../../core/region.ts";
import { openRegionMemory } from "../../../driverkit/region_memory.ts";

const GIB = 2 ** 30;

/** A region that notes which way each access went. */
function fakeRegion(size: number, areas?: SparseArea[], mappable = true) {
  const log: string[] = [];
  let live = 0;
  const note = (way: string) => ({
    read8: (offset: number) => (log.push(`${way} r8 ${offset}`), 0),
    read16: (offset: number) => (log.push(`${way} r16 ${offset}`), 0),
    read32: (offset: number) => (log.push(`${way} r32 ${offset}`), 0),
    read64: (offset: number) => (log.push(`${way} r64 ${offset}`), 0n),
    write8: (offset: number) => void log.push(`${way} w8 ${offset}`),
    write16: (offset: number) => void log.push(`${way} w16 ${offset}`),
    write32: (offset: number) => void log.push(`${way} w32 ${offset}`),
    write64: (offset: number) => void log.push(`${way} w64 ${offset}`),
  });
  const info: RegionInfo = {
    index: 0,
    size,
    offset: 0,
    readable: true,
    writable: true,
    mappable,
    capabilities: areas === undefined ? [] : [{ id: "sparse-mmap", version: 1, areas }],
  };
  const map = (options: MapOptions = {}): Mapping => {
    const { offset = 0, size: bytes = size - offset } = options;
    log.push(`mmap ${offset}+${bytes}`);
    live++;
    const dispose = () => void live--;
    return { ...note(`map@${offset}`), size: bytes, offset, region: 0, vaddr: 0n, [Symbol.dispose]: dispose };
  };
  const region: Region = {
    ...note("trap"),
    index: 0,
    size,
    info: () => info,
    read: () => 0,
    write: () => 0,
    map,
  };
  const device = { region: () => region } as unknown as Device;
  return { device, info, log, live: () => live };
}

Deno.test("openRegionMemory() maps a whole BAR once", () => {
  const { device, info, log, live } = fakeRegion(4096);
  {
    using open = openRegionMemory(device, info, "mapped");
    open.memory.read32(8);
    assertEquals(log, ["mmap 0+4096", "map@0 r32 8"]);
  }
  assertEquals(live(), 0);
});

Deno.test("openRegionMemory() goes through the kernel when asked to, or when nothing maps", () => {
  for (const [mmio, mappable] of [["trapped", true], ["mapped", false]] as const) {
    const { device, info, log } = fakeRegion(4096, undefined, mappable);
    openRegionMemory(device, info, mmio).memory.write16(2, 1);
    assertEquals(log, ["trap w16 2"]);
  }
});

Deno.test("openRegionMemory() maps sparse areas when first used and traps what lies between", () => {
  const { device, info, log, live } = fakeRegion(0x4000, [{ offset: 0, size: 0x1000 }, {
    offset: 0x3000,
    size: 0x1000,
  }]);
  {
    using open = openRegionMemory(device, info, "mapped");
    open.memory.read32(0x3004);
    open.memory.write32(0x3008, 1);
    open.memory.read8(0x1000);
    open.memory.read64(0x2ff8);
    assertEquals(open.memory.size, 0x4000);
    assertEquals(log, [
      "mmap 12288+4096",
      "map@12288 r32 4",
      "map@12288 w32 8",
      "trap r8 4096",
      "trap r64 12280",
    ]);
  }
  assertEquals(live(), 0);
});

Deno.test("openRegionMemory() maps a big BAR in windows, and none at once", () => {
  const { device, info, log, live } = fakeRegion(16 * GIB);
  {
    using open = openRegionMemory(device, info, "mapped");
    assertEquals(log, []);
    open.memory.read32(8 * GIB + 4);
    assertEquals(log, [`mmap ${8 * GIB}+${GIB / 4}`, `map@${8 * GIB} r32 4`]);
  }
  assertEquals(live(), 0);
});

Deno.test("openRegionMemory() refuses offsets that are none", () => {
  const { device, info } = fakeRegion(16 * GIB);
  using open = openRegionMemory(device, info, "mapped");
  for (const offset of [-4, 1.5, 2, 16 * GIB]) assertThrows(() => open.memory.read32(offset), RangeError);
});

Deno.test("openRegionMemory() sends accesses of every width the right way", () => {
  const { device, info, log } = fakeRegion(0x4000, [{ offset: 0x1000, size: 0x1000 }]);
  using open = openRegionMemory(device, info, "mapped");
  const { memory } = open;
  for (const offset of [0, 0x1000]) {
    memory.read8(offset);
    memory.read16(offset);
    memory.read32(offset);
    memory.read64(offset);
    memory.write8(offset, 1);
    memory.write16(offset, 1);
    memory.write32(offset, 1);
    memory.write64(offset, 1n);
  }
  const all = ["r8", "r16", "r32", "r64", "w8", "w16", "w32", "w64"];
  assertEquals(log, [
    ...all.map((access) => `trap ${access} 0`),
    "mmap 4096+4096",
    ...all.map((access) => `map@4096 ${access} 0`),
  ]);
});

Deno.test("openRegionMemory() goes through the kernel after dispose, which knows that the device is closed", () => {
  const { device, info, log, live } = fakeRegion(0x3000, [{ offset: 0, size: 0x1000 }]);
  const open = openRegionMemory(device, info, "mapped");
  open.memory.read8(0);
  open[Symbol.dispose]();
  open[Symbol.dispose]();
  open.memory.read8(0);
  assertEquals([log.at(-1), open.memory.size, live()], ["trap r8 0", 0, 0]);
});

Deno.test("openRegionMemory() unmaps all windows, also when one cannot be", () => {
  const { device, info, live } = fakeRegion(0x4000, [{ offset: 0, size: 0x1000 }, {
    offset: 0x2000,
    size: 0x2000,
  }]);
  const region = device.region(0);
  const { map } = region;
  region.map = (options) => {
    const mapping = map(options);
    const dispose = mapping[Symbol.dispose];
    mapping[Symbol.dispose] = () => {
      dispose();
      throw new Error("stuck");
    };
    return mapping;
  };
  const open = openRegionMemory(device, info, "mapped");
  open.memory.read8(0);
  open.memory.read8(0x2000);
  assertEquals(live(), 2);
  assertThrows(() => open[Symbol.dispose](), SuppressedError);
  assertEquals(live(), 0);
});
