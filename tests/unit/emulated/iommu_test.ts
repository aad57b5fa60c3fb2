import { assertEquals, assertThrows } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import type { EmulatedHostOptions, PlugOptions } from "../../../backends/emulated/mod.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import { passiveNvme } from "../../../devices/passive/shapes.ts";
import { readByDma, writeByDma } from "./edu_dma.ts";
import { codeOf, ready } from "./ready.ts";

const EDU = "0000:00:04.0";
const OTHER = "0000:00:05.0";
const GROUP = 3;
const OTHER_GROUP = 4;
const PAGE = 4096n;
/** What an IOMMU needs that does not remap interrupts. */
const UNSAFE = { "vfio_iommu_type1.allow_unsafe_interrupts": true };
const MSI = { start: 0xfee0_0000n, last: 0xfeef_ffffn, type: "msi" };
const HYPER_TRANSPORT = { start: 0xfd_0000_0000n, last: 0xff_ffff_ffffn, type: "reserved" };

function machine(options: EmulatedHostOptions = {}, plug: PlugOptions = {}) {
  return new EmulatedHost(options).plug(EDU, new EmulatedEdu({ addressBits: 64 }), { group: GROUP, ...plug });
}

/** The ends of the ranges of IOVAs, the page sizes, and the reserved regions. */
function told(options: EmulatedHostOptions) {
  const host = machine(options);
  using edu = ready(host, EDU);
  const { ranges = [], pageSizes } = edu.container.iommu.info();
  return {
    ranges: ranges.map(({ start, last }) => [start, last]),
    pageSizes,
    reserved: host.host.reservedRegions(GROUP),
  };
}

Deno.test("EmulatedHost has VT-d, as QEMU and Linux have it, unless another IOMMU is asked for", () => {
  const ranges = [[0n, 0xfedf_ffffn], [0xfef0_0000n, 0xffff_ffff_ffffn]];
  const vtd = { ranges, pageSizes: 0x4020_1000n, reserved: [MSI] };
  for (const kernel of ["6.1", "6.12", "7.2"] as const) assertEquals(told({ kernel, iommu: "vt-d" }), vtd);
  assertEquals(told({}), vtd);
});

Deno.test("EmulatedHost: AMD-Vi leaves HyperTransport's addresses out, up to the last of 64 bits", () => {
  const ranges = [[0n, 0xfedf_ffffn], [0xfef0_0000n, 0xfc_ffff_ffffn], [0x100_0000_0000n, 2n ** 64n - 1n]];
  const pageSizes = {
    "6.1": 0xffff_ff7f_ffff_f000n,
    "6.12": 0xf_ff7f_ffff_f000n,
    "7.2": 0xf_ff7f_ffff_f000n,
  };
  for (const kernel of ["6.1", "6.12", "7.2"] as const) {
    const amd = { ranges, pageSizes: pageSizes[kernel], reserved: [MSI, HYPER_TRANSPORT] };
    assertEquals(told({ kernel, iommu: "amd-vi" }), amd);
  }
});

Deno.test("EmulatedHost: a virtio-iommu remaps no interrupts, which VFIO refuses unless told otherwise", () => {
  const host = machine({ iommu: "virtio" });
  assertEquals(codeOf(() => ready(host, EDU)), "EPERM");
  host.sysfs.writeParameter("vfio_iommu_type1.allow_unsafe_interrupts", true);
  using edu = ready(host, EDU);
  assertEquals(edu.container.iommu.info().ranges?.at(-1)?.last, 0x7f_ffff_ffffn);
  assertEquals(told({ iommu: "virtio", parameters: UNSAFE }).pageSizes, 0xffff_ffff_ffff_f000n);
});

Deno.test("EmulatedHost takes interrupt remapping and coherency away from an IOMMU, or adds them", () => {
  assertEquals(codeOf(() => ready(machine({ interruptRemapping: false }), EDU)), "EPERM");
  assertEquals(codeOf(() => ready(machine({ interruptRemapping: false, parameters: UNSAFE }), EDU)), "0");
  assertEquals(codeOf(() => ready(machine({ iommu: "virtio", interruptRemapping: true }), EDU)), "0");
  const isCoherent = (options: EmulatedHostOptions) => {
    using edu = ready(machine(options), EDU);
    return edu.container.supports("dma-cc");
  };
  assertEquals([isCoherent({}), isCoherent({ enforcesCoherency: true })], [false, true]);
  assertEquals([isCoherent({ iommu: "amd-vi" }), isCoherent({ iommu: "amd-vi", enforcesCoherency: false })], [
    true,
    false,
  ]);
});

Deno.test("EmulatedHost takes the width of addresses, and refuses one that no IOMMU has", () => {
  assertEquals(told({ addressWidth: 39 }).ranges.at(-1)?.[1], 0x7f_ffff_ffffn);
  assertEquals(told({ iommu: "amd-vi", addressWidth: 48 }).ranges.at(-1)?.[1], 0xffff_ffff_ffffn);
  assertThrows(() => new EmulatedHost({ addressWidth: 20 }), RangeError);
});

Deno.test("EmulatedHost takes what is reserved for all groups, and plug() what a device adds for its own", () => {
  const low = { start: 0x1000n, last: 0x1fffn, type: "direct" };
  const high = { start: 0x8000_0000n, last: 0x8000_ffffn, type: "reserved" };
  const host = machine({ reserved: [high] }, { reserved: [low] }).plug(OTHER, new EmulatedEdu(), {
    group: OTHER_GROUP,
  });
  assertEquals(host.host.reservedRegions(GROUP), [low, high]);
  assertEquals(host.host.reservedRegions(OTHER_GROUP), [high]);
  using other = ready(host, OTHER);
  using memory = host.allocate(4096);
  other.container.iommu.map({ iova: 0x1000n, vaddr: memory.vaddr, size: PAGE, read: true });
  using group = host.groups.openGroup(GROUP);
  assertEquals(
    codeOf(() => group.setContainer(other.container)),
    "EINVAL",
    "a mapping lies in what it reserves",
  );
  other.container.iommu.unmap({ iova: 0x1000n, size: PAGE });
  group.setContainer(other.container);
  assertEquals(other.container.iommu.info().ranges?.[0], { start: 0n, last: 0xfffn });
});

Deno.test("Sysfs.writeParameter() changes dma_entry_limit for containers that get their IOMMU later", () => {
  const host = machine({ parameters: { "vfio_iommu_type1.dma_entry_limit": 1 } });
  const available = () => {
    using edu = ready(host, EDU);
    host.sysfs.writeParameter("vfio_iommu_type1.dma_entry_limit", 2);
    const left = edu.container.iommu.info().capabilities.find(({ id }) => id === "dma-avail");
    return left?.id === "dma-avail" ? left.available : undefined;
  };
  assertEquals(host.sysfs.readParameter("vfio_iommu_type1.dma_entry_limit"), 1);
  assertEquals([available(), available()], [1, 2]);
  assertEquals(host.sysfs.readParameter("vfio_pci.enable_sriov"), false);
});

/** What the machine reports of edu's accesses: two to nothing, one to a read-only page, one to a write-only one. */
function faults(options: EmulatedHostOptions) {
  const host = machine(options);
  using edu = ready(host, EDU);
  const { iommu } = edu.container;
  using memory = host.allocate(4096);
  iommu.map({ iova: 0x7000n, vaddr: memory.vaddr, size: PAGE, read: true });
  iommu.map({ iova: 0x8000n, vaddr: memory.vaddr, size: PAGE, write: true });
  writeByDma(host, edu.device, 0x5004n);
  readByDma(host, edu.device, 0x6008n);
  writeByDma(host, edu.device, 0x7010n);
  readByDma(host, edu.device, 0x8010n);
  // What is allowed reports nothing.
  readByDma(host, edu.device, 0x7000n);
  writeByDma(host, edu.device, 0x8000n);
  assertEquals(host.faults().map(({ address }) => address), Array(4).fill(EDU));
  return host.faults().map(({ iova, write, reason }) => [iova, write ? "write" : "read", reason]);
}

Deno.test("EmulatedHost.faults() tells what VT-d tells: the page, the direction, the missing right", () => {
  const [noWrite, noRead] = [
    "[fault reason 0x05] PTE Write access is not set",
    "[fault reason 0x06] PTE Read access is not set",
  ];
  assertEquals(faults({ iommu: "vt-d" }), [
    [0x5000n, "write", noWrite],
    [0x6000n, "read", noRead],
    [0x7000n, "write", noWrite],
    [0x8000n, "read", noRead],
  ]);
});

Deno.test("EmulatedHost.faults() tells what AMD-Vi tells: the address, and flags", () => {
  assertEquals(faults({ iommu: "amd-vi" }), [
    [0x5004n, "write", "IO_PAGE_FAULT flags=0x0020"],
    [0x6008n, "read", "IO_PAGE_FAULT flags=0x0000"],
    [0x7010n, "write", "IO_PAGE_FAULT flags=0x0070"],
    [0x8010n, "read", "IO_PAGE_FAULT flags=0x0050"],
  ]);
});

Deno.test("EmulatedHost.faults() tells what a virtio-iommu tells: the address, and the right a page lacks", () => {
  assertEquals(faults({ iommu: "virtio", parameters: UNSAFE }), [
    [0x5004n, "write", "page fault []"],
    [0x6008n, "read", "page fault []"],
    [0x7010n, "write", "page fault [W]"],
    [0x8010n, "read", "page fault [R]"],
  ]);
});

Deno.test("DMA across pages faults where the mapping ends, once for each page, and what lies before arrives", () => {
  const host = machine();
  using edu = ready(host, EDU);
  using memory = host.allocate(4096);
  memory.bytes.fill(1);
  edu.container.iommu.map({ iova: 0x8000n, vaddr: memory.vaddr, size: PAGE, write: true });
  writeByDma(host, edu.device, 0x8ff0n, 32);
  assertEquals(host.faults().map(({ iova }) => iova), [0x9000n]);
  assertEquals([...memory.bytes.subarray(0xfef, 0xff1)], [1, 0]);
});

Deno.test("DMA beyond what VT-d translates is a fault of its own", () => {
  const host = machine({ addressWidth: 39 });
  using edu = ready(host, EDU);
  readByDma(host, edu.device, 1n << 39n);
  readByDma(host, edu.device, (1n << 39n) - 4n);
  assertEquals(host.faults().map(({ reason }) => reason.slice(0, 19)), [
    "[fault reason 0x04]",
    "[fault reason 0x06]",
  ]);
});

Deno.test("DMA of a device that nobody has attached reaches nothing, and its IOMMU says that there is no domain", () => {
  const reason = (options: EmulatedHostOptions) => {
    const host = new EmulatedHost(options);
    const device = passiveNvme();
    host.plug(OTHER, device, { driver: null });
    device.config.write(4, 16, 4);
    assertEquals(device.bus.writeMemory(0x1000n, new Uint8Array(4)), false);
    return host.faults().map((fault) => fault.reason);
  };
  assertEquals(reason({}), ["[fault reason 0x02] Present bit in context entry is clear"]);
  assertEquals(reason({ iommu: "amd-vi" }), ["IO_PAGE_FAULT flags=0x0020"]);
});
