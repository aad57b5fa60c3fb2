/** Containers, groups and devices: every method makes the call it is named for, on the descriptor the handle has. */
import { assertEquals, assertThrows } from "@std/assert";
import { LinuxContainer } from "../../backends/linux/container.ts";
import { LinuxDevice } from "../../backends/linux/device.ts";
import { LinuxGroup } from "../../backends/linux/group.ts";
import { VfioError } from "../../core/errors.ts";
import type { Container } from "../../core/container.ts";
import type { Group } from "../../core/group.ts";
import type { Handle } from "../../core/handle.ts";
import type { Iommufd } from "../../core/iommufd.ts";
import type { Signal } from "../../core/signal.ts";
import { holdings } from "./holdings.ts";
import { memfd } from "./memfd.ts";

type Use<H> = readonly [operation: string, use: (handle: H) => unknown];

const MAP = { iova: 0x1000n, vaddr: 0x1000n, size: 0x1000n, read: true };
const BITMAP = { pageSize: 4096n, data: new Uint8Array(8) };
const WRITE = { region: 0, offset: 4, width: 4, data: 1n, signal: null };

function container(): LinuxContainer {
  return new LinuxContainer(memfd("vfio-container"));
}

const CONTAINER: readonly Use<LinuxContainer>[] = [
  ["VFIO_GET_API_VERSION", (it) => it.apiVersion()],
  ["VFIO_CHECK_EXTENSION", (it) => it.supports("type1")],
  ["VFIO_SET_IOMMU", (it) => it.setIommu("type1v2")],
  ["VFIO_IOMMU_GET_INFO", (it) => it.iommu.info()],
  ["VFIO_IOMMU_MAP_DMA", (it) => it.iommu.map(MAP)],
  ["VFIO_IOMMU_UNMAP_DMA", (it) => it.iommu.unmap(MAP)],
  ["VFIO_IOMMU_UNMAP_DMA", (it) => it.iommu.unmap({ iova: 0n, size: 0n, all: true, dirty: BITMAP })],
  ["VFIO_IOMMU_DIRTY_PAGES", (it) => it.iommu.dirty.start()],
  ["VFIO_IOMMU_DIRTY_PAGES", (it) => it.iommu.dirty.stop()],
  ["VFIO_IOMMU_DIRTY_PAGES", (it) => it.iommu.dirty.read({ ...MAP, bitmap: BITMAP })],
];

const GROUP: readonly Use<LinuxGroup>[] = [
  ["VFIO_GROUP_GET_STATUS", (it) => it.status()],
  ["VFIO_GROUP_SET_CONTAINER", (it) => {
    using other = container();
    it.setContainer(other);
  }],
  ["VFIO_GROUP_UNSET_CONTAINER", (it) => it.unsetContainer()],
  ["VFIO_GROUP_GET_DEVICE_FD", (it) => it.openDevice("0000:00:04.0")],
];

const DEVICE: readonly Use<LinuxDevice>[] = [
  ["VFIO_DEVICE_GET_INFO", (it) => it.info()],
  ["VFIO_DEVICE_GET_REGION_INFO", (it) => it.regionInfo(0)],
  ["VFIO_DEVICE_GET_REGION_INFO", (it) => it.region(0).info()],
  ["VFIO_DEVICE_GET_IRQ_INFO", (it) => it.irqInfo(0)],
  ["VFIO_DEVICE_SET_IRQS", (it) => it.setIrqs({ index: 0, action: "trigger", none: 0 })],
  ["VFIO_DEVICE_RESET", (it) => it.reset()],
  ["VFIO_DEVICE_GET_PCI_HOT_RESET_INFO", (it) => it.hotResetInfo()],
  ["VFIO_DEVICE_PCI_HOT_RESET", (it) => it.hotReset([])],
  ["VFIO_DEVICE_FEATURE", (it) => it.feature({ feature: 0, probe: true })],
  ["VFIO_DEVICE_IOEVENTFD", (it) => it.ioeventfd(WRITE)],
  // Regions that no offset can carry are the kernel's to refuse.
  ["VFIO_DEVICE_IOEVENTFD", (it) => it.ioeventfd({ ...WRITE, region: 0xffff_ffff })],
  ["VFIO_DEVICE_BIND_IOMMUFD", (it) => {
    using other = container();
    it.bind(other as unknown as Iommufd, { token: "01234567-89ab-cdef-0123-456789ABCDEF" });
  }],
  ["VFIO_DEVICE_ATTACH_IOMMUFD_PT", (it) => it.attach(3)],
  ["VFIO_DEVICE_DETACH_IOMMUFD_PT", (it) => it.detach()],
];

function check<H extends Handle>(name: string, make: () => H, uses: readonly Use<H>[]): void {
  Deno.test(`${name} names the call that fails, and tells its errno`, () => {
    const before = holdings();
    {
      using handle = make();
      for (const [operation, use] of uses) {
        const error = assertThrows(() => use(handle), VfioError);
        // What a memfd answers to every ioctl.
        assertEquals([error.operation, error.code], [operation, "ENOTTY"]);
      }
    }
    assertEquals(holdings(), before);
  });

  Deno.test(`${name} throws EBADF after dispose, whatever has its number then`, () => {
    const handle = make();
    handle[Symbol.dispose]();
    handle[Symbol.dispose]();
    assertEquals(handle.closed, true);
    using _next = make();
    for (const [operation, use] of uses) {
      const error = assertThrows(() => use(handle), VfioError);
      assertEquals([error.operation, error.code], [operation, "EBADF"]);
    }
  });
}

check("LinuxContainer", container, CONTAINER);
check("LinuxGroup", () => new LinuxGroup(memfd("vfio-group"), 12, "/dev/vfio/12"), GROUP);
check("LinuxDevice", () => new LinuxDevice(memfd("vfio-device"), "ffff:00:00.0"), DEVICE);

Deno.test("Handles of another backend are refused before the kernel is asked", () => {
  using group = new LinuxGroup(memfd("vfio-group"), 12, "/dev/vfio/12");
  using device = new LinuxDevice(memfd("vfio-device"), "ffff:00:00.0");
  const foreign = { closed: false, [Symbol.dispose]: () => {} };
  const uses = [
    () => group.setContainer(foreign as unknown as Container),
    () => device.hotReset([foreign as unknown as Group]),
    () => device.ioeventfd({ ...WRITE, signal: foreign as unknown as Signal }),
    () => device.bind(foreign as unknown as Iommufd),
  ];
  for (const use of uses) assertThrows(use, TypeError);
});

Deno.test("LinuxDevice refuses what its calls cannot carry before the kernel is asked", () => {
  using it = new LinuxDevice(memfd("vfio-device"), "ffff:00:00.0");
  for (const index of [-1, 0.5, 2 ** 32]) {
    assertThrows(() => it.regionInfo(index), TypeError);
    assertThrows(() => it.irqInfo(index), TypeError);
    assertThrows(() => it.attach(index), TypeError);
    assertThrows(() => it.ioeventfd({ ...WRITE, region: index }), TypeError);
    assertThrows(() => it.ioeventfd({ ...WRITE, width: index }), TypeError);
  }
  for (const offset of [-1, 0.5, 2 ** 40]) assertThrows(() => it.ioeventfd({ ...WRITE, offset }), TypeError);
  for (const data of [-1n, 2n ** 64n]) assertThrows(() => it.ioeventfd({ ...WRITE, data }), TypeError);
  for (const token of ["", "01234567-89ab-cdef-0123-456789abcde", "01234567-89ab-cdef-0123-456789abcdef\n"]) {
    using iommufd = container();
    assertThrows(() => it.bind(iommufd as unknown as Iommufd, { token }), TypeError);
  }
});

Deno.test("LinuxGroup.openDevice() refuses a name with a NUL in it: the kernel would open another", () => {
  using group = new LinuxGroup(memfd("vfio-group"), 12, "/dev/vfio/12");
  assertThrows(() => group.openDevice("0000:00:04.0\0"), TypeError);
});
