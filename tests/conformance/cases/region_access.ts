/** Reading and writing regions through the kernel. */
import { assertEquals, assertThrows } from "@std/assert";
import {
  CAPABILITY,
  capability,
  COMMAND,
  configOf,
  HEADER,
  little,
  readBytes,
  writeBytes,
} from "../config.ts";
import { EDU_ID } from "../edu.ts";
import { refused } from "../expect.ts";
import { ready } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { byKernel, promise, rule } from "../rule.ts";

/** e1000e's window on its registers, in I/O space: an address, and the data there. */
const IO_BAR = 2;
const IO_ADDRESS = 0;

export const regionAccess: readonly Rule[] = [
  rule(99, "Region.read() reads edu's identification", ["edu"], (machine) => {
    using edu = ready(machine);
    assertEquals(little(readBytes(edu.device.region(0), 0, 4)), EDU_ID);
    assertEquals(edu.device.region(0).read32(0), EDU_ID);
  }),

  rule(
    100,
    "Region.read() of 8 bytes is two accesses on Linux 6.1, and one from 6.12 on",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      const bar = edu.device.region(0);
      bar.write32(4, 0);
      const [low, high] = byKernel(machine, {
        "6.1": [EDU_ID, 0xffff_ffff],
        // Linux 6.14 began it, and stable releases of 6.12 have it too.
        "6.12": [0xffff_ffff, 0xffff_ffff],
        "7.2": [0xffff_ffff, 0xffff_ffff],
      });
      const bytes = readBytes(bar, 0, 8);
      assertEquals([little(bytes.subarray(0, 4)), little(bytes.subarray(4))], [low, high]);
    },
  ),

  rule(
    101,
    "Region.read() is cut at the region's end, and refuses what lies outside with EINVAL",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      const { device } = edu;
      const size = 0x10_0000;
      assertEquals(device.region(0).read(size - 4, new Uint8Array(8)), 4);
      refused("pread", "EINVAL", () => device.region(0).read(size, new Uint8Array(4)));
      refused("pwrite", "EINVAL", () => device.region(0).write(size, new Uint8Array(4)));
      for (const index of [1, 9, 255]) {
        refused("pread", "EINVAL", () => device.region(index).read(0, new Uint8Array(4)));
        refused("pwrite", "EINVAL", () => device.region(index).write(0, new Uint8Array(4)));
      }
      assertEquals(device.region(0).read(0, new Uint8Array(0)), 0);
      assertEquals(device.region(0).write(0, new Uint8Array(0)), 0);
    },
  ),

  rule(102, "Region.write() writes edu's liveness register, which inverts", ["edu"], (machine) => {
    using edu = ready(machine);
    const bar = edu.device.region(0);
    assertEquals(writeBytes(bar, 4, 0x78, 0x56, 0x34, 0x12), 4);
    assertEquals(bar.read32(4), 0xedcb_a987);
    bar.write32(4, 0xffff_0000);
    assertEquals(little(readBytes(bar, 4, 4)), 0x0000_ffff);
  }),

  rule(103, "Region of an absent ROM answers EINVAL", ["edu"], (machine) => {
    using edu = ready(machine);
    const rom = edu.device.region(6);
    refused("pwrite", "EINVAL", () => rom.write(0, new Uint8Array(4)));
    refused("pread", "EINVAL", () => rom.read(0, new Uint8Array(4)));
  }),

  rule(104, "Region of a memory BAR answers EIO while memory decoding is off", ["edu"], (machine) => {
    using edu = ready(machine);
    const bar = edu.device.region(0);
    const config = configOf(edu.device);
    config.write16(HEADER.command, 0);
    refused("pread", "EIO", () => bar.read(0, new Uint8Array(4)));
    refused("pwrite", "EIO", () => bar.write(4, new Uint8Array(4)));
    refused("pread", "EIO", () => bar.read32(0));
    refused("pwrite", "EIO", () => bar.write32(4, 0));
    config.write16(HEADER.command, COMMAND.memory | COMMAND.busMaster);
    assertEquals(bar.read32(0), EDU_ID);
  }),

  rule(
    105,
    "Region of a BAR hides the MSI-X table: reads are all ones, writes are dropped",
    ["nvme"],
    (machine) => {
      using nvme = ready(machine, "nvme");
      const config = configOf(nvme.device);
      const where = config.read32(capability(nvme.device, CAPABILITY.msix) + 4);
      const table = where & ~7;
      const bar = nvme.device.region(where & 7);
      assertEquals(readBytes(bar, table, 16), new Uint8Array(16).fill(0xff));
      assertEquals(writeBytes(bar, table, 0x11, 0x22, 0x33, 0x44), 4);
      assertEquals(little(readBytes(bar, table, 4)), 0xffff_ffff);
      assertEquals(readBytes(bar, table - 4, 8).subarray(4), new Uint8Array(4).fill(0xff));
    },
  ),

  rule(106, "Region of an I/O BAR ignores memory decoding, and reads all ones while I/O decoding is off", [
    "e1000e",
  ], (machine) => {
    using nic = ready(machine, "e1000e");
    const info = nic.device.regionInfo(IO_BAR);
    assertEquals([info.size, info.readable, info.writable, info.mappable], [32, true, true, false]);
    refused("mmap", "EINVAL", () => nic.device.region(IO_BAR).map());
    const io = nic.device.region(IO_BAR);
    const config = configOf(nic.device);
    config.write16(HEADER.command, COMMAND.io);
    io.write32(IO_ADDRESS, 0x10);
    assertEquals(io.read32(IO_ADDRESS), 0x10);
    config.write16(HEADER.command, COMMAND.memory);
    assertEquals(io.read32(IO_ADDRESS), 0xffff_ffff);
    config.write16(HEADER.command, COMMAND.io | COMMAND.memory);
    assertEquals(io.read32(IO_ADDRESS), 0x10);
  }),

  rule(110, "Region of a ROM is as large as its BAR, whatever the image, and needs memory decoding", [
    "e1000e",
  ], (machine) => {
    using nic = ready(machine, "e1000e");
    const info = nic.device.regionInfo(6);
    const { size } = info;
    assertEquals([size, info.readable, info.writable, info.mappable], [0x4_0000, true, false, false]);
    const rom = nic.device.region(6);
    assertEquals([...readBytes(rom, 0, 2)], [0x55, 0xaa]);
    assertEquals(readBytes(rom, size - 16, 16), new Uint8Array(16).fill(0xff));
    assertEquals(rom.read(size - 4, new Uint8Array(8)), 4);
    refused("pread", "EINVAL", () => rom.read(size, new Uint8Array(4)));
    refused("pwrite", "EINVAL", () => rom.write(0, new Uint8Array(4)));
    configOf(nic.device).write16(HEADER.command, 0);
    refused("pread", "ENOMEM", () => rom.read(0, new Uint8Array(4)));
  }),

  promise("Region's eight accesses refuse what cannot be meant with RangeError, before the kernel is asked", [
    "edu",
  ], (machine) => {
    using edu = ready(machine);
    const config = configOf(edu.device);
    for (const wrong of [-1, 1.5, 2, 254, 256, NaN, 2 ** 32]) outOfRange(() => config.read32(wrong));
    for (const wrong of [-1, 0.5, 256]) outOfRange(() => config.read8(wrong));
    for (const wrong of [1, 255]) outOfRange(() => config.read16(wrong));
    for (const wrong of [4, 252]) outOfRange(() => config.read64(wrong));
    outOfRange(() => config.write8(0x3c, 0x100));
    outOfRange(() => config.write16(0x3c, -1));
    outOfRange(() => config.write32(0x3c, 2 ** 32));
    outOfRange(() => config.write64(0x38, 2n ** 64n));
  }),
];

function outOfRange(body: () => unknown): void {
  assertThrows(body, RangeError);
}
