import { assertEquals, assertThrows } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { PassiveDevice } from "../../../devices/passive/passive_device.ts";
import {
  passiveE1000e,
  passiveIvshmem,
  passiveNvme,
  passiveRootPort,
  passiveVga,
} from "../../../devices/passive/shapes.ts";
import { ConfigSpace } from "../../../devices/config_space.ts";
import { openDevice } from "../../../driverkit/open_device.ts";
import { RecordingBus } from "./recording_bus.ts";

function passive(): PassiveDevice {
  const config = new ConfigSpace({ vendor: 1, device: 2, classCode: 0xff0000 })
    .bar(0, { kind: "memory32", size: 4096 })
    .bar(2, { kind: "io", size: 16 });
  return new PassiveDevice(config);
}

Deno.test("PassiveDevice has memory behind each BAR that its config space declares", () => {
  const { bars } = passive();
  assertEquals(Object.keys(bars), ["0", "2"]);
  const bar = bars[0];
  bar?.write(8, 32, 0x1122_3344);
  bar?.write(12, 16, 0x5566);
  bar?.write(14, 8, 0x77);
  bar?.write64?.(16, 0x0102_0304_0506_0708n);
  assertEquals(bar?.read64?.(8), 0x0077_5566_1122_3344n);
  assertEquals([bar?.read(16, 32), bar?.read(16, 16), bar?.read(23, 8), bar?.read(0, 32)], [
    0x0506_0708,
    0x0708,
    1,
    0,
  ]);
});

Deno.test("PassiveDevice keeps its memory when it is reset", () => {
  const device = passive();
  device.bars[0]?.write(0, 32, 5);
  device.reset();
  assertEquals(device.bars[0]?.read(0, 32), 5);
});

Deno.test("PassiveDevice has no bus before it is plugged in", () => {
  const device = passive();
  assertThrows(() => device.bus, TypeError, "not plugged in");
  assertThrows(() => device.fire(), TypeError);
});

Deno.test("PassiveDevice fires by the kind of interrupt that is enabled", () => {
  const device = passive();
  const bus = new RecordingBus();
  device.plug(bus);
  device.fire(3);
  device.setIntx(false);
  bus.interruptMode = "msix";
  device.fire(3);
  device.fire();
  assertEquals([bus.levels, bus.messages], [[true, false], [3, 0]]);
});

Deno.test("Passive devices have the shapes of QEMU's", () => {
  const shapes = {
    nvme: passiveNvme(),
    e1000e: passiveE1000e(),
    ivshmem: passiveIvshmem(),
    vga: passiveVga(),
    port: passiveRootPort(),
  };
  const told = Object.entries(shapes).map(([name, { config, bars }]) => [
    name,
    config.read(0, 32).toString(16),
    (config.read(8, 32) >>> 8).toString(16),
    config.size,
    Object.keys(bars).join(" "),
  ]);
  assertEquals(told, [
    ["nvme", "101b36", "10802", 4096, "0"],
    ["e1000e", "10d38086", "20000", 4096, "0 1 2 3"],
    ["ivshmem", "11101af4", "50000", 256, "0 2"],
    ["vga", "11111234", "30000", 256, "0 2 8"],
    ["port", "c1b36", "60400", 4096, "0"],
  ]);
});

Deno.test("Passive NVMe is an endpoint, behind a port or in the root complex", () => {
  for (const [behindPort, type] of [[false, 9], [true, 0]] as const) {
    const { config } = passiveNvme({ behindPort });
    assertEquals((config.read((config.find(0x10) ?? 0) + 2, 16) >> 4) & 15, type);
  }
});

Deno.test("Passive e1000e carries a ROM that the kernel accepts", () => {
  const host = new EmulatedHost().plug("0000:00:05.0", passiveE1000e());
  using device = openDevice("0000:00:05.0", { backend: host });
  const rom = device.region("rom");
  assertEquals([rom.size, rom.read16(0), rom.read32(0x1c)], [256 * 1024, 0xaa55, 0x5249_4350]);
});
