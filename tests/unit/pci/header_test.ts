import { assertEquals } from "@std/assert";
import { registers } from "../../../core/registers.ts";
import type { RegisterDeclaration } from "../../../core/registers.ts";
import { configMemory } from "../../../pci/config_bytes.ts";
import { CONFIG_HEADER } from "../../../pci/header.ts";
import { space } from "./spaces.ts";

Deno.test("CONFIG_HEADER covers each byte of the header once, but those that are reserved", () => {
  const covered = new Array<number>(64).fill(0);
  const { classCode: _, ...whole } = CONFIG_HEADER;
  for (const { at, width } of Object.values<RegisterDeclaration>(whole)) {
    for (let byte = at; byte < at + width / 8; byte++) covered[byte] = (covered[byte] ?? 0) + 1;
  }
  const missing = covered.flatMap((count, at) => (count === 1 ? [] : [[at, count]]));
  const reserved = [0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x3b];
  assertEquals(missing, [0x09, 0x0a, 0x0b, ...reserved].map((at) => [at, 0]));
});

Deno.test("CONFIG_HEADER reads QEMU's e1000e", () => {
  const config = registers(
    configMemory(space(64, {
      0x00: 0x10d3_8086,
      0x04: 0x0010_0507,
      0x08: 0x0200_0003,
      0x0c: 0x0080_2010,
      0x10: 0xfeb8_0000,
      0x24: 0x0000_0024,
      0x28: 0x0000_0028,
      0x2c: 0x1100_1af4,
      0x30: 0xfeb4_0001,
      0x34: 0x0000_00c8,
      0x3c: 0x0403_010b,
    })),
    CONFIG_HEADER,
  );
  assertEquals([config.vendorId.read(), config.deviceId.read()], [0x8086, 0x10d3]);
  assertEquals(config.command.read().busMaster, true);
  assertEquals(config.status.read().capabilitiesList, true);
  assertEquals(config.revisionId.read(), 3);
  const { code, baseClass, subclass, programmingInterface } = config.classCode.read();
  assertEquals([code, baseClass, subclass, programmingInterface], [0x02_00_00, 2, 0, 0]);
  assertEquals([config.cacheLineSize.read(), config.latencyTimer.read()], [0x10, 0x20]);
  const { layout, multiFunction } = config.headerType.read();
  assertEquals([layout, multiFunction], [0, true]);
  assertEquals([config.bar0.read(), config.bar5.read(), config.cardbusCisPointer.read()], [
    0xfeb8_0000,
    0x24,
    0x28,
  ]);
  assertEquals([config.subsystemVendorId.read(), config.subsystemId.read()], [0x1af4, 0x1100]);
  assertEquals(config.expansionRom.read().enable, true);
  assertEquals([config.capabilitiesPointer.read(), config.interruptLine.read()], [0xc8, 0x0b]);
  assertEquals([config.interruptPin.read(), config.minGnt.read(), config.maxLat.read()], [1, 3, 4]);
});

Deno.test("CONFIG_HEADER names the bits of Command as Linux numbers them", () => {
  // include/uapi/linux/pci_regs.h, PCI_COMMAND_IO and following.
  const bits = [1, 2, 4, 8, 0x10, 0x20, 0x40, 0x80, 0x100, 0x200, 0x400];
  const bytes = space(64);
  const { command } = registers(configMemory(bytes), CONFIG_HEADER);
  const written = Object.keys(CONFIG_HEADER.command.fields).map((name) => {
    command.write({ [name]: true });
    return command.read().raw;
  });
  assertEquals(written, bits);
  command.update({ busMaster: true });
  assertEquals(command.read().raw, 0x0404);
});

Deno.test("CONFIG_HEADER names the bits of Status as Linux numbers them, and has no update of it", () => {
  // PCI_STATUS_IMM_READY and following; DEVSEL has two bits.
  const masks = [1, 8, 0x10, 0x20, 0x40, 0x80, 0x100, 0x600, 0x800, 0x1000, 0x2000, 0x4000, 0x8000];
  const bytes = space(64);
  const { status } = registers(configMemory(bytes), CONFIG_HEADER);
  const written = Object.keys(CONFIG_HEADER.status.fields).map((name) => {
    status.write({ [name]: name === "devselTiming" ? 3 : true });
    return status.read().raw;
  });
  assertEquals(written, masks);
  assertEquals("update" in status, false);
});
