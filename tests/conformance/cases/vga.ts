/** The VGA region: memory and ports that a VGA device has at the same place on every machine. */
import { assertEquals } from "@std/assert";
import { refused } from "../expect.ts";
import { ready } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { promise, rule } from "../rule.ts";

const VGA = 8;
/** Where its parts begin and end. */
const MEMORY = { start: 0xa_0000, end: 0xc_0000 } as const;
const PORTS = { mono: 0x3b0, monoEnd: 0x3bc, color: 0x3c0, sequencer: 0x3c4, colorEnd: 0x3e0 } as const;

export const vga: readonly Rule[] = [
  rule(97, "Device.regionInfo() tells the VGA region of a VGA device", ["vga"], (machine) => {
    using vga = ready(machine, "vga");
    const { size, readable, writable, mappable } = vga.device.regionInfo(VGA);
    assertEquals({ size, readable, writable, mappable }, {
      size: MEMORY.end,
      readable: true,
      writable: true,
      mappable: false,
    });
    refused("mmap", "EINVAL", () => vga.device.region(VGA).map());
  }),

  rule(97, "Region.read() of VGA refuses what lies between its parts with EINVAL", ["vga"], (machine) => {
    using vga = ready(machine, "vga");
    const region = vga.device.region(VGA);
    for (const offset of [0, PORTS.monoEnd, PORTS.colorEnd, MEMORY.start - 1, MEMORY.end]) {
      refused("pread", "EINVAL", () => region.read(offset, new Uint8Array(1)));
      refused("pwrite", "EINVAL", () => region.write(offset, new Uint8Array(1)));
    }
  }),

  rule(97, "Region.read() of VGA is cut at the end of each part", ["vga"], (machine) => {
    using vga = ready(machine, "vga");
    const region = vga.device.region(VGA);
    assertEquals(region.read(PORTS.mono, new Uint8Array(16)), 12);
    assertEquals(region.read(PORTS.colorEnd - 4, new Uint8Array(8)), 4);
    assertEquals(region.read(MEMORY.end - 4, new Uint8Array(8)), 4);
    assertEquals(region.read(PORTS.color, new Uint8Array(32)), 32);
  }),

  promise("Region.write() of VGA reaches the device's registers", ["vga"], (machine) => {
    using vga = ready(machine, "vga");
    const region = vga.device.region(VGA);
    for (const index of [1, 2]) {
      region.write8(PORTS.sequencer, index);
      assertEquals(region.read8(PORTS.sequencer), index);
    }
  }),
];
