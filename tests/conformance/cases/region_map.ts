/** Mapping BARs, and the guard that keeps a mapping from ending the process. */
import { assertEquals } from "@std/assert";
import type { Device } from "../../../core/device.ts";
import type { Mapping } from "../../../core/region.ts";
import { CAPABILITY, capability, COMMAND, configOf, HEADER, writeBytes } from "../config.ts";
import { EDU_ID } from "../edu.ts";
import { refused, refusedWith } from "../expect.ts";
import type { Fixture } from "../fixture.ts";
import { IOVA, map, PAGE, ready } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { promise, rule } from "../rule.ts";

/** Ways to switch memory decoding off by a write to config space; each leaves the rest of Command as it may. */
const SWITCHES: readonly (readonly [says: string, write: (device: Device) => void])[] = [
  ["8 bits", (device) => configOf(device).write8(HEADER.command, 0)],
  ["16 bits", (device) => configOf(device).write16(HEADER.command, 0)],
  ["32 bits", (device) => configOf(device).write32(HEADER.command, 0)],
  ["64 bits", (device) => configOf(device).write64(0, 0n)],
  ["a block from the start", (device) => writeBytes(configOf(device), 0, ...new Array(16).fill(0))],
  ["a block that begins unaligned", (device) => writeBytes(configOf(device), 1, ...new Array(4).fill(0))],
  ["a block that ends inside", (device) => writeBytes(configOf(device), 2, 0, 0, 0)],
];

/** Memory decoding is off: every access of the mapping is refused, and none reaches the device. */
function assertGuarded(bar: Mapping): void {
  refusedWith("EIO", () => bar.read8(0));
  refusedWith("EIO", () => bar.read16(0));
  refusedWith("EIO", () => bar.read32(0));
  refusedWith("EIO", () => bar.read64(0));
  refusedWith("EIO", () => bar.write8(4, 0));
  refusedWith("EIO", () => bar.write16(4, 0));
  refusedWith("EIO", () => bar.write32(4, 0));
  refusedWith("EIO", () => bar.write64(8, 0n));
}

/** Opens edu twice; the second handle is what attacks. */
function attacked(machine: Fixture, attack: (device: Device, bar: Mapping) => void): void {
  using edu = ready(machine);
  using bar = edu.device.region(0).map();
  using other = edu.group.openDevice(edu.address);
  for (const device of [edu.device, other]) {
    attack(device, bar);
    configOf(device).write16(HEADER.command, COMMAND.memory);
    assertEquals(bar.read32(0), EDU_ID);
  }
}

export const regionMap: readonly Rule[] = [
  rule(
    107,
    "Region.map() refuses regions and ranges that cannot be mapped with EINVAL",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      const { device } = edu;
      const size = 0x10_0000;
      for (const index of [7, 6, 1, 9]) {
        refused(
          "mmap",
          "EINVAL",
          () => device.region(index).map({ size: PAGE }),
        );
      }
      refused("mmap", "EINVAL", () => device.region(0).map({ size: size + PAGE }));
      refused("mmap", "EINVAL", () => device.region(0).map({ offset: size, size: PAGE }));
      refused("mmap", "EINVAL", () => device.region(0).map({ offset: PAGE, size }));
      refused("mmap", "EINVAL", () => device.region(0).map({ offset: 4, size: PAGE }));
    },
  ),

  rule(107, "Region.map() maps any page, less than a page, and for reading only", ["edu"], (machine) => {
    using edu = ready(machine);
    const bar = edu.device.region(0);
    using last = bar.map({ offset: 0x10_0000 - PAGE, size: PAGE });
    using small = bar.map({ size: 1 });
    using readable = bar.map({ size: PAGE, protection: "read" });
    using whole = bar.map();
    assertEquals([last.offset, last.size], [0x10_0000 - PAGE, PAGE]);
    assertEquals([small.offset, small.size], [0, 1]);
    assertEquals(readable.read32(0), EDU_ID);
    assertEquals([whole.region, whole.offset, whole.size], [0, 0, 0x10_0000]);
    whole.write32(4, 0x1234_5678);
    assertEquals(readable.read32(4), 0xedcb_a987);
  }),

  rule(
    109,
    "Region.map() works while memory decoding is off; the mapping's accesses answer EIO until it is on",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      const config = configOf(edu.device);
      using early = edu.device.region(0).map();
      config.write16(HEADER.command, 0);
      using late = edu.device.region(0).map({ size: PAGE });
      assertGuarded(early);
      assertGuarded(late);
      config.write16(HEADER.command, COMMAND.memory);
      assertEquals([early.read32(0), late.read32(0)], [EDU_ID, EDU_ID]);
    },
  ),

  rule(
    179,
    "Region.map() maps a BAR smaller than a page, and none of what lies behind it",
    ["ivshmem"],
    (machine) => {
      using ivshmem = ready(machine, "ivshmem");
      const { device } = ivshmem;
      const info = device.regionInfo(0);
      assertEquals([info.size, info.readable, info.writable, info.mappable], [256, true, true, true]);
      using bar = device.region(0).map();
      assertEquals(bar.size, 256);
      assertEquals(bar.read32(0), device.region(0).read32(0));
      refused("mmap", "EINVAL", () => device.region(0).map({ size: 2 * PAGE }));
      refused("pread", "EINVAL", () => device.region(0).read(256, new Uint8Array(4)));
    },
  ),

  ...SWITCHES.map(([says, off]) =>
    promise(
      `Mapping answers EIO after a config write of ${says}, through whichever handle`,
      ["edu"],
      (machine) => {
        attacked(machine, (device, bar) => {
          off(device);
          assertGuarded(bar);
        });
      },
    )
  ),

  promise("Mapping goes on working through config writes beside the memory bit", ["edu"], (machine) => {
    attacked(machine, (device, bar) => {
      const config = configOf(device);
      config.write8(HEADER.command + 1, 0);
      config.write16(HEADER.status, 0);
      config.write8(HEADER.interruptLine, 0);
      writeBytes(config, 0, 0, 0, 0, 0);
      config.write8(HEADER.command, COMMAND.memory | COMMAND.busMaster);
      assertEquals(bar.read32(0), EDU_ID);
    });
  }),

  promise(
    "Mapping answers EIO in D3hot, entered by a write of any width, and works again in D0",
    ["nvme"],
    (machine) => {
      using nvme = ready(machine, "nvme");
      using bar = nvme.device.region(0).map({ size: PAGE });
      using other = nvme.group.openDevice(nvme.address);
      const version = bar.read32(8);
      const at = capability(nvme.device, CAPABILITY.pm) + 4;
      for (const device of [nvme.device, other]) {
        const config = configOf(device);
        for (
          const sleep of [
            () => config.write8(at, 3),
            () => config.write16(at, 3),
            () => config.write32(at, 3),
          ]
        ) {
          sleep();
          assertGuarded(bar);
          config.write16(at, 0);
          config.write16(HEADER.command, COMMAND.memory);
          assertEquals(bar.read32(8), version);
        }
      }
    },
  ),

  promise(
    "Mapping works again after a reset of the function, by call or by config write",
    ["nvme"],
    (machine) => {
      using nvme = ready(machine, "nvme");
      using bar = nvme.device.region(0).map({ size: PAGE });
      const version = bar.read32(8);
      nvme.device.reset();
      assertEquals(bar.read32(8), version);
      const control = capability(nvme.device, CAPABILITY.express) + 8;
      configOf(nvme.device).write16(control, 0x8000);
      assertEquals(bar.read32(8), version);
    },
  ),

  promise("Mapping refuses every access after dispose with EBADF, and has size 0", ["edu"], (machine) => {
    using edu = ready(machine);
    const bar = edu.device.region(0).map();
    const { vaddr } = bar;
    bar[Symbol.dispose]();
    bar[Symbol.dispose]();
    assertEquals([bar.size, bar.vaddr], [0, vaddr]);
    for (let i = 0; i < 1000; i++) refusedWith("EBADF", () => bar.read32(0));
    refusedWith("EBADF", () => bar.write32(0, 0));
    refusedWith("EBADF", () => bar.read8(0));
    refusedWith("EBADF", () => bar.write64(0, 0n));
  }),

  promise("IommuDriver.map() refuses a BAR that is not decoded with EFAULT", ["edu"], (machine) => {
    using edu = ready(machine);
    using bar = edu.device.region(0).map({ size: PAGE });
    configOf(edu.device).write16(HEADER.command, 0);
    refused("VFIO_IOMMU_MAP_DMA", "EFAULT", () => map(edu.iommu, IOVA, bar));
    configOf(edu.device).write16(HEADER.command, COMMAND.memory);
    map(edu.iommu, IOVA, bar);
  }),
];
