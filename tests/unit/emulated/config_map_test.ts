import { assertEquals } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { errorReporting, express, powerManagement, serialNumber } from "../../../devices/capabilities.ts";
import { ConfigSpace } from "../../../devices/config_space.ts";
import { PassiveDevice } from "../../../devices/passive/passive_device.ts";
import { hardware, ready } from "./ready.ts";

const ADDRESS = "0000:00:04.0";

Deno.test("VirtualConfig shows the extended chain of its own, and what follows from the hardware", () => {
  const space = new ConfigSpace({ vendor: 1, device: 2, classCode: 0xff0000, gaps: "memory" })
    .bar(0, { kind: "memory32", size: 4096 }).capability(express())
    .extendedCapability(serialNumber(0x1122_3344_5566_7788n, { at: 0x100 }))
    .extendedCapability({ id: 0x19, version: 1, body: new Uint8Array(8), at: 0x140 })
    .extendedCapability(serialNumber(5n, { at: 0x180 }));
  const host = new EmulatedHost().plug(ADDRESS, new PassiveDevice(space));
  using open = ready(host, ADDRESS);
  const config = open.device.region(7);
  assertEquals([hardware(host, ADDRESS, 0x100, 4) >>> 20, config.read32(0x100)], [0x140, 0x1801_0003]);
  assertEquals([config.read32(0x104), config.read32(0x108)], [0x5566_7788, 0x1122_3344]);
  config.write32(0x104, 0);
  assertEquals(config.read32(0x104), 0x5566_7788);
});

Deno.test("VirtualConfig takes no extended capability for the standard one with its id", () => {
  const space = new ConfigSpace({ vendor: 1, device: 2, classCode: 0xff0000 }).bar(0, {
    kind: "memory32",
    size: 4096,
  })
    .capability(express({ at: 0x40 })).capability(powerManagement({ at: 0xf8 }))
    .extendedCapability(errorReporting({ at: 0x100 }));
  const host = new EmulatedHost().plug(ADDRESS, new PassiveDevice(space));
  using open = ready(host, ADDRESS);
  const config = open.device.region(7);
  config.write32(0x104, 3);
  assertEquals(hardware(host, ADDRESS, 0xfc, 2) & 3, 0, "no power state");
  config.write32(0x108, 0x10);
  assertEquals(
    [config.read32(0x108), config.read32(0x100)],
    [0x10, 0x0002_0001],
    "side by side with id 1 of the other chain",
  );
});

Deno.test("VirtualConfig owns four bytes of a hidden first extended capability, and lets the rest through", () => {
  const space = new ConfigSpace({ vendor: 1, device: 2, classCode: 0xff0000, gaps: "memory" })
    .bar(0, { kind: "memory32", size: 4096 }).capability(express({ at: 0x40 }))
    .extendedCapability({
      id: 0x19,
      version: 1,
      body: new Uint8Array(8),
      writable: new Uint8Array(8).fill(0xff),
      at: 0x100,
    });
  const host = new EmulatedHost().plug(ADDRESS, new PassiveDevice(space));
  using open = ready(host, ADDRESS);
  const config = open.device.region(7);
  for (let at = 0x100; at < 0x108; at++) config.write8(at, 0x55);
  assertEquals([hardware(host, ADDRESS, 0x100, 4), hardware(host, ADDRESS, 0x104, 4)], [
    0x0001_0019,
    0x5555_5555,
  ]);
});

Deno.test("VirtualConfig begins the first extended capability at its own id, whatever lies in front of it", () => {
  const space = new ConfigSpace({ vendor: 1, device: 2, classCode: 0xff0000 })
    .bar(0, { kind: "memory32", size: 4096 })
    .capability(express({ at: 0x40 })).capability(powerManagement({ at: 0xf8 }))
    .extendedCapability(errorReporting({ at: 0x100 }))
    .extendedCapability({ id: 0x19, version: 1, body: new Uint8Array(8), at: 0x150 })
    .extendedCapability(serialNumber(5n, { at: 0x180 }));
  const host = new EmulatedHost().plug(ADDRESS, new PassiveDevice(space));
  using open = ready(host, ADDRESS);
  const next = [hardware(host, ADDRESS, 0x100, 4) >>> 20, open.device.region(7).read32(0x100) >>> 20];
  assertEquals(next, [0x150, 0x180], "the hidden one is left out");
});

Deno.test("VirtualConfig passes a double word of one capability on in one access", () => {
  const space = new ConfigSpace({ vendor: 1, device: 2, classCode: 0xff0000, gaps: "memory" })
    .bar(0, { kind: "memory32", size: 4096 }).capability(express({ at: 0x40 }));
  const model = new PassiveDevice(space);
  using open = ready(new EmulatedHost().plug(ADDRESS, model), ADDRESS);
  const widths: number[] = [];
  const read = space.read.bind(space);
  space.read = (at, width) => {
    if (at >= 0xf0) widths.push(width);
    return read(at, width);
  };
  open.device.region(7).read32(0xf0);
  open.device.region(7).read(0xf1, new Uint8Array(3));
  assertEquals(widths, [32, 8, 16]);
});
