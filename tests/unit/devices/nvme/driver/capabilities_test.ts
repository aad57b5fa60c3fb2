import { assertEquals, assertMatch } from "@std/assert";
import { registers } from "../../../../../mod.ts";
import { ByteMemory } from "../../../../../core/byte_memory.ts";
import { NVME } from "../../../../../devices/mod.ts";
import { readCapabilities } from "../../../../../devices/nvme/driver/capabilities.ts";
import { thrownBy } from "./machine.ts";

const GOOD = { mqes: 1023, css: 1, to: 15, mpsmax: 4, cqr: true };
const BAR_SIZE = 0x4000;

/** What a controller with these capabilities is taken for. */
function read(cap: object, barSize = BAR_SIZE, vs = 0x0001_0400) {
  const bytes = new Uint8Array(0x1000);
  const memory = new ByteMemory(bytes);
  const writable = { ...NVME, cap: { ...NVME.cap, access: "rw" }, vs: { ...NVME.vs, access: "rw" } } as const;
  const regs = registers(memory, writable);
  regs.cap.write({ ...GOOD, ...cap });
  regs.vs.write(vs);
  return readCapabilities(registers(memory, NVME), barSize, "it");
}

Deno.test("readCapabilities() tells what a driver needs to know", () => {
  assertEquals(read({}), {
    version: "1.4.0",
    entries: 1024,
    queues: 1535,
    stride: 0,
    pageSize: 4096,
    readyMs: 8000,
  });
  assertEquals(read({ dstrd: 2, mpsmin: 1, mqes: 0xffff, to: 0 }), {
    version: "1.4.0",
    entries: 65536,
    queues: 383,
    stride: 2,
    pageSize: 8192,
    readyMs: 500,
  });
  assertEquals(read({ dstrd: 15 }, 2 ** 30).queues, 4094);
  assertEquals(read({}, 2 ** 30).queues, 65535);
});

Deno.test("readCapabilities() refuses what cannot be", () => {
  const refusals: [object, number, RegExp][] = [
    [{ mqes: 0 }, BAR_SIZE, /CAP.MQES is 0/],
    [{ css: 0 }, BAR_SIZE, /no NVM command set/],
    [{ css: 0x80 }, BAR_SIZE, /no NVM command set/],
    [{ mpsmin: 5 }, BAR_SIZE, /CAP.MPSMIN is 5, over CAP.MPSMAX of 4/],
    [{ dstrd: 11 }, BAR_SIZE, /CAP.DSTRD is 11, so that not even one I\/O queue/],
    [{ dstrd: 15 }, BAR_SIZE, /CAP.DSTRD is 15/],
    [{}, 0x1008, /CAP.DSTRD is 0/],
    [{}, 0x1000, /its BAR has 4096 bytes/],
    [{}, 16, /its BAR has 16 bytes/],
  ];
  for (const [cap, size, reason] of refusals) {
    const error = thrownBy(() => read(cap, size));
    assertEquals(error.code, "EIO");
    assertMatch(error.message, reason);
  }
});

Deno.test("readCapabilities() takes all ones for a device that is gone", () => {
  const error = thrownBy(() => read({}, BAR_SIZE, 0xffff_ffff));
  assertEquals(error.code, "ENODEV");
});
