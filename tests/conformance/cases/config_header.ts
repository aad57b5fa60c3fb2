/** The header of the config space: what is real, what is a shadow, what is dropped. */
import { assertEquals } from "@std/assert";
import { COMMAND, configOf, hardware, HEADER, little, readBytes, writeBytes } from "../config.ts";
import { EDU_ID } from "../edu.ts";
import { refused } from "../expect.ts";
import { ready } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { rule } from "../rule.ts";

/** A byte of edu's that no capability owns. */
const UNASSIGNED = 0x80;

export const configHeader: readonly Rule[] = [
  rule(
    111,
    "Region of the config space refuses what reaches past its end with EFAULT",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      const config = configOf(edu.device);
      refused("pread", "EFAULT", () => config.read(256, new Uint8Array(4)));
      refused("pread", "EFAULT", () => config.read(252, new Uint8Array(8)));
      refused("pwrite", "EFAULT", () => config.write(252, new Uint8Array(8)));
      assertEquals(config.read(252, new Uint8Array(4)), 4);
    },
  ),

  rule(111, "Region of an extended config space ends at 4096", ["nvme"], (machine) => {
    using nvme = ready(machine, "nvme");
    const config = configOf(nvme.device);
    refused("pread", "EFAULT", () => config.read(0x1000, new Uint8Array(4)));
    assertEquals(config.read(0xffc, new Uint8Array(4)), 4);
  }),

  rule(112, "Region of the config space reads any count at any offset", ["edu"], (machine) => {
    using edu = ready(machine);
    const config = configOf(edu.device);
    const header = readBytes(config, 0, 64);
    assertEquals(header.length, 64);
    assertEquals(readBytes(config, 1, 3), header.subarray(1, 4));
    assertEquals(readBytes(config, 3, 7), header.subarray(3, 10));
  }),

  rule(
    113,
    "Region of the config space takes writes to read-only fields and drops them",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      const config = configOf(edu.device);
      const fixed = [HEADER.vendor, HEADER.vendor + 2, HEADER.status, HEADER.subsystem, HEADER.subsystem + 2];
      for (const at of fixed) {
        const before = config.read16(at);
        assertEquals(writeBytes(config, at, 0xa5, 0xa5), 2);
        assertEquals(config.read16(at), before, `${at}`);
      }
      for (const at of [HEADER.capabilities, HEADER.interruptPin]) {
        const before = config.read8(at);
        assertEquals(writeBytes(config, at, 0xa5), 1);
        assertEquals(config.read8(at), before, `${at}`);
      }
      const line = config.read8(HEADER.interruptLine) ^ 0x55;
      config.write8(HEADER.interruptLine, line);
      assertEquals(config.read8(HEADER.interruptLine), line);
      assertEquals(config.read32(0), 0x11e8_1234);
    },
  ),

  rule(114, "Device opens with memory decoding on and bus mastering off", ["edu"], (machine) => {
    using edu = ready(machine);
    const command = configOf(edu.device).read16(HEADER.command);
    assertEquals(command & (COMMAND.memory | COMMAND.busMaster), COMMAND.memory);
  }),

  rule(
    115,
    "Region of the config space sizes BARs by their shadow, and leaves the real ones",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      const config = configOf(edu.device);
      const real = hardware(machine, edu.address, HEADER.bar0, 4);
      config.write32(HEADER.bar0, 0xffff_ffff);
      assertEquals(config.read32(HEADER.bar0), 0xfff0_0000);
      config.write32(HEADER.bar0 + 4, 0xffff_ffff);
      assertEquals(config.read32(HEADER.bar0 + 4), 0);
      config.write32(HEADER.rom, 0xffff_ffff);
      assertEquals(config.read32(HEADER.rom), 0);
      assertEquals(hardware(machine, edu.address, HEADER.bar0, 4), real);
      assertEquals(edu.device.region(0).read32(0), EDU_ID);
    },
  ),

  rule(116, "Region of the config space writes a BAR's shadow byte by byte", ["edu"], (machine) => {
    using edu = ready(machine);
    const config = configOf(edu.device);
    config.write32(HEADER.bar0, 0xffff_ffff);
    config.write8(HEADER.bar0 + 3, 0x12);
    assertEquals(config.read32(HEADER.bar0), 0x12f0_0000);
  }),

  rule(117, "Region of the config space sizes a 64-bit BAR over two registers", ["nvme"], (machine) => {
    using nvme = ready(machine, "nvme");
    const config = configOf(nvme.device);
    config.write32(HEADER.bar0, 0xffff_ffff);
    config.write32(HEADER.bar0 + 4, 0xffff_ffff);
    assertEquals(config.read32(HEADER.bar0), 0xffff_c004);
    assertEquals(config.read32(HEADER.bar0 + 4), 0xffff_ffff);
  }),

  rule(
    118,
    "Region of the config space sizes memory, I/O and ROM BARs by their kind",
    ["e1000e"],
    (machine) => {
      using nic = ready(machine, "e1000e");
      const config = configOf(nic.device);
      for (let at = 0x10; at < 0x28; at += 4) config.write32(at, 0xffff_ffff);
      config.write32(HEADER.rom, 0xffff_ffff);
      const bars = [0x10, 0x14, 0x18, 0x1c, 0x20, 0x24].map((at) => config.read32(at));
      assertEquals(bars, [0xfffe_0000, 0xfffe_0000, 0xffff_ffe1, 0xffff_c000, 0, 0]);
      assertEquals(config.read32(HEADER.rom), 0xfffc_0001);
    },
  ),

  rule(119, "Device dispose forgets BARs and interrupt line", ["edu"], (machine) => {
    using edu = ready(machine);
    const config = configOf(edu.device);
    const bar = config.read32(HEADER.bar0);
    const line = config.read8(HEADER.interruptLine);
    config.write32(HEADER.bar0, 0xffff_ffff);
    config.write8(HEADER.interruptLine, line ^ 0xff);
    edu.device[Symbol.dispose]();
    using again = edu.group.openDevice(edu.address);
    assertEquals(configOf(again).read32(HEADER.bar0), bar);
    assertEquals(configOf(again).read8(HEADER.interruptLine), line);
  }),

  rule(
    120,
    "Region of the config space writes Command in any width, and never Status",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      const config = configOf(edu.device);
      const status = config.read16(HEADER.status);
      config.write16(HEADER.command, 0x0407);
      config.write8(HEADER.command, 0x02);
      assertEquals(config.read16(HEADER.command), 0x0402);
      config.write8(HEADER.command + 1, 0);
      assertEquals(config.read16(HEADER.command), 0x0002);
      config.write32(HEADER.command, 0xffff_0006);
      assertEquals(config.read16(HEADER.command), 0x0006);
      assertEquals(config.read16(HEADER.status), status);
      config.write16(HEADER.command, 0xffff);
      assertEquals(config.read16(HEADER.command), 0x0507);
    },
  ),

  rule(121, "Region of the config space passes bytes that no capability owns on to the hardware", [
    "edu",
    "control",
  ], (machine) => {
    using edu = ready(machine);
    const config = configOf(edu.device);
    const before = config.read8(UNASSIGNED);
    config.write8(UNASSIGNED, 0xa5);
    assertEquals(config.read8(UNASSIGNED), 0xa5);
    assertEquals(hardware(machine, edu.address, UNASSIGNED, 1), 0xa5);
    config.write8(UNASSIGNED, before);
    assertEquals(little(readBytes(config, UNASSIGNED, 1)), before);
  }),
];
