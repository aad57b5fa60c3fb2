/** What a device tells of itself, its regions and its interrupts. */
import { assertEquals } from "@std/assert";
import type { IrqInfo } from "../../../core/irq.ts";
import type { RegionInfo } from "../../../core/region.ts";
import { refused } from "../expect.ts";
import { ERR, INTX, MSI, MSIX, REQ } from "../irqs.ts";
import { ready } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { byKernel, promise, rule } from "../rule.ts";

const GET_INFO = "VFIO_DEVICE_GET_INFO";
const GET_REGION_INFO = "VFIO_DEVICE_GET_REGION_INFO";
const GET_IRQ_INFO = "VFIO_DEVICE_GET_IRQ_INFO";

/** A region's flags as a string: r, w and m. */
function flagsOf({ readable, writable, mappable }: RegionInfo): string {
  return `${readable ? "r" : ""}${writable ? "w" : ""}${mappable ? "m" : ""}`;
}

function shape(info: RegionInfo): [number, string, number] {
  return [info.size, flagsOf(info), info.offset / 2 ** 40];
}

/** An interrupt's flags as the kernel numbers them. */
function irq({ eventfd, maskable, automasked, noresize, count }: IrqInfo): [number, number] {
  return [(eventfd ? 1 : 0) | (maskable ? 2 : 0) | (automasked ? 4 : 0) | (noresize ? 8 : 0), count];
}

export const deviceInfo: readonly Rule[] = [
  rule(93, "Device.info() tells 9 regions, 5 interrupts, and no reset on edu", ["edu"], (machine) => {
    using edu = ready(machine);
    const { regions, irqs, resettable, pci } = edu.device.info();
    assertEquals({ regions, irqs, resettable, pci }, { regions: 9, irqs: 5, resettable: false, pci: true });
  }),

  rule(93, "Device.info() tells that nvme can be reset", ["nvme"], (machine) => {
    using nvme = ready(machine, "nvme");
    const { regions, irqs, resettable, pci } = nvme.device.info();
    assertEquals({ regions, irqs, resettable, pci }, { regions: 9, irqs: 5, resettable: true, pci: true });
  }),

  rule(
    94,
    "Device.regionInfo() tells size, rights and place of each of edu's regions",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      const { device } = edu;
      assertEquals(shape(device.regionInfo(0)), [0x10_0000, "rwm", 0]);
      for (let i = 1; i < 6; i++) assertEquals(shape(device.regionInfo(i)), [0, "", i]);
      assertEquals(shape(device.regionInfo(6)), [0, "", 6]);
      assertEquals(shape(device.regionInfo(7)), [256, "rw", 7]);
      for (let i = 0; i < 8; i++) {
        assertEquals(device.regionInfo(i).capabilities, []);
        assertEquals(device.region(i).info(), device.regionInfo(i));
      }
    },
  ),

  rule(95, "Device.regionInfo() tells of nvme's config space and of a BAR that holds the MSI-X table", [
    "nvme",
  ], (machine) => {
    using nvme = ready(machine, "nvme");
    const { device } = nvme;
    assertEquals(shape(device.regionInfo(7)), [4096, "rw", 7]);
    assertEquals(shape(device.regionInfo(0)), [0x4000, "rwm", 0]);
    assertEquals(device.regionInfo(0).capabilities, [{ id: "msix-mappable", version: 1 }]);
    assertEquals(shape(device.regionInfo(1)), [0, "", 1]);
  }),

  rule(
    96,
    "Device.regionInfo() refuses VGA where there is none, and unknown regions, with EINVAL",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      for (const index of [8, 9, 255, 0xffff_ffff]) {
        refused(GET_REGION_INFO, "EINVAL", () => edu.device.regionInfo(index));
        refused(GET_REGION_INFO, "EINVAL", () => edu.device.region(index).info());
      }
    },
  ),

  rule(128, "Device.irqInfo() tells kinds and counts of edu's interrupts", ["edu"], (machine) => {
    using edu = ready(machine);
    const { device } = edu;
    assertEquals(irq(device.irqInfo(INTX)), [7, 1]);
    assertEquals(irq(device.irqInfo(MSI)), [9, 1]);
    assertEquals(irq(device.irqInfo(MSIX)), [9, 0]);
    assertEquals(irq(device.irqInfo(REQ)), [9, 1]);
    for (const index of [ERR, 5, 0xffff_ffff]) refused(GET_IRQ_INFO, "EINVAL", () => device.irqInfo(index));
  }),

  rule(
    129,
    "Device.irqInfo() tells whether MSI-X vectors may be added while it is enabled",
    ["nvme"],
    (machine) => {
      using nvme = ready(machine, "nvme");
      const { device } = nvme;
      const flags = byKernel(machine, { "6.1": 9, "6.12": 1, "7.2": 1 });
      assertEquals(irq(device.irqInfo(MSIX)), [flags, 65]);
      assertEquals(irq(device.irqInfo(INTX)), [7, 1]);
      assertEquals(irq(device.irqInfo(MSI)), [9, 0]);
      assertEquals(irq(device.irqInfo(ERR)), [9, 1]);
      assertEquals(irq(device.irqInfo(REQ)), [9, 1]);
    },
  ),

  promise("Device refuses every call after dispose with EBADF", ["edu"], (machine) => {
    using edu = ready(machine);
    const { device } = edu;
    const region = device.region(7);
    device[Symbol.dispose]();
    device[Symbol.dispose]();
    assertEquals(device.closed, true);
    refused(GET_INFO, "EBADF", () => device.info());
    refused(GET_REGION_INFO, "EBADF", () => device.regionInfo(0));
    refused(GET_IRQ_INFO, "EBADF", () => device.irqInfo(0));
    refused("VFIO_DEVICE_SET_IRQS", "EBADF", () => device.setIrqs({ index: 0, action: "trigger", none: 0 }));
    refused("VFIO_DEVICE_RESET", "EBADF", () => device.reset());
    refused("pread", "EBADF", () => region.read(0, new Uint8Array(4)));
    refused("pread", "EBADF", () => region.read32(0));
    refused("pwrite", "EBADF", () => region.write(0, new Uint8Array(4)));
    refused("mmap", "EBADF", () => device.region(0).map({ size: 4096 }));
  }),
];
