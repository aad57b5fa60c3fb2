import { assertEquals, assertThrows } from "@std/assert";
import type { Container } from "../../../core/container.ts";
import { VfioError } from "../../../core/errors.ts";
import type { Iommufd } from "../../../core/iommufd.ts";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import type { KernelVersion } from "../../../iommu/iommu_unit.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import { passiveNvme, passiveRootPort } from "../../../devices/passive/shapes.ts";
import { codeOf, ready } from "./ready.ts";

const EDU = "0000:00:04.0";
const NVME = "0000:00:05.0";
const UUID = "12345678-1234-1234-1234-123456789abc";

function machine(kernel: KernelVersion = "7.2") {
  const host = new EmulatedHost({ kernel }).plug(EDU, new EmulatedEdu(), { group: 10 }).plug(
    NVME,
    passiveNvme(),
    {
      group: 11,
    },
  );
  return { host, groups: host.groups };
}

Deno.test("Container tells its version, and extensions before and after an IOMMU is set", () => {
  const ask = (kernel: KernelVersion) => {
    const { groups } = machine(kernel);
    using container = groups.openContainer();
    assertEquals(container.apiVersion(), 0);
    const before = Array.from({ length: 12 }, (_, i) => i).filter((i) => container.supports(i));
    using group = groups.openGroup(10);
    group.setContainer(container);
    container.setIommu("type1v2");
    return [before, Array.from({ length: 12 }, (_, i) => i).filter((i) => container.supports(i))];
  };
  assertEquals(ask("6.1"), [[1, 3, 6, 9], [1, 3, 6, 9, 10]]);
  assertEquals(ask("7.2"), [[1, 3, 9], [1, 3, 9, 10]]);
});

Deno.test("Container without a group, or without an IOMMU, answers EINVAL", () => {
  const { host, groups } = machine();
  using container = groups.openContainer();
  using memory = host.allocate(4096);
  const request = { iova: 0n, vaddr: memory.vaddr, size: 4096n, read: true };
  const all = () => [
    codeOf(() => container.iommu.info()),
    codeOf(() => container.iommu.map(request)),
    codeOf(() => container.iommu.unmap({ iova: 0n, size: 4096n })),
    codeOf(() => container.iommu.dirty.start()),
  ];
  assertEquals([codeOf(() => container.setIommu("type1")), ...all()], Array(5).fill("EINVAL"));
  using group = groups.openGroup(10);
  group.setContainer(container);
  assertEquals(all(), Array(4).fill("EINVAL"));
  assertEquals([container.iommu.type, container.setIommu("type1"), container.iommu.type], [
    undefined,
    container.iommu,
    "type1",
  ]);
});

Deno.test("Container.setIommu() knows which types there are", () => {
  for (const [kernel, nesting] of [["6.1", "EINVAL"], ["6.12", "EINVAL"], ["7.2", "ENODEV"]] as const) {
    const { groups } = machine(kernel);
    using container = groups.openContainer();
    using group = groups.openGroup(10);
    group.setContainer(container);
    for (const type of [0, 2, 4, 7, 8, 10, 99]) {
      assertEquals(codeOf(() => container.setIommu(type)), "ENODEV");
    }
    assertEquals([codeOf(() => container.setIommu(9)), codeOf(() => container.setIommu(6))], [
      "EINVAL",
      nesting,
    ]);
    container.setIommu("type1v2");
    assertEquals(codeOf(() => container.setIommu("type1v2")), "EINVAL");
    assertThrows(() => container.setIommu("type3" as "type1"), TypeError);
  }
});

Deno.test("Container ends its IOMMU with the last group, and can be used anew", () => {
  const { host, groups } = machine();
  using container = groups.openContainer();
  using first = groups.openGroup(10);
  using second = groups.openGroup(11);
  using memory = host.allocate(4096);
  const request = { iova: 0x1000n, vaddr: memory.vaddr, size: 4096n, read: true };
  first.setContainer(container);
  container.setIommu("type1v2");
  second.setContainer(container);
  container.iommu.map(request);
  second.unsetContainer();
  assertEquals(codeOf(() => container.iommu.map(request)), "EEXIST");
  second.setContainer(container);
  first.unsetContainer();
  second.unsetContainer();
  assertEquals([codeOf(() => container.iommu.map(request)), codeOf(() => container.setIommu(1))], [
    "EINVAL",
    "EINVAL",
  ]);
  assertEquals(host.lockedMemory, 0);
  first.setContainer(container);
  container.setIommu("type1");
  assertEquals(container.iommu.unmap({ iova: 0n, size: 0n, all: true }), 0n);
});

Deno.test("Container lives on while a group is attached, also when its descriptor is closed", () => {
  const { groups } = machine();
  const container = groups.openContainer();
  using other = groups.openContainer();
  using group = groups.openGroup(10);
  group.setContainer(container);
  container.setIommu("type1v2");
  container[Symbol.dispose]();
  assertEquals(group.status().containerSet, true);
  assertEquals(codeOf(() => group.setContainer(other)), "EINVAL");
  using device = group.openDevice(EDU);
  assertEquals(device.region(0).read32(0), 0x0100_00ed);
  device[Symbol.dispose]();
  group.unsetContainer();
  assertEquals(codeOf(() => group.setContainer(other)), "0");
});

Deno.test("Group has one opener at a time, on the whole machine", () => {
  const { host, groups } = machine();
  const other = host.process();
  const group = groups.openGroup(10);
  const error = assertThrows(() => other.groups.openGroup(10), VfioError);
  assertEquals([error.code, error.operation, error.subject], ["EBUSY", "open", "/dev/vfio/10"]);
  group[Symbol.dispose]();
  using again = other.groups.openGroup(10);
  assertEquals(again.status(), { viable: true, containerSet: false });
  assertEquals(codeOf(() => groups.openGroup(99)), "ENOENT");
  assertEquals(codeOf(() => groups.openGroup(10, { noIommu: true })), "ENOENT");
});

Deno.test("Group.setContainer() looks its argument up as the kernel does", () => {
  for (const [kernel, wrongKind] of [["6.1", "EINVAL"], ["7.2", "EBADFD"]] as const) {
    const { host, groups } = machine(kernel);
    using group = groups.openGroup(10);
    using container = groups.openContainer();
    const closed = groups.openContainer();
    closed[Symbol.dispose]();
    assertEquals(codeOf(() => group.setContainer(closed)), "EBADF");
    assertEquals(codeOf(() => group.setContainer(group as unknown as Container)), wrongKind);
    using signal = host.createSignal();
    assertEquals(codeOf(() => group.setContainer(signal as unknown as Container)), wrongKind);
    using stranger = machine().groups.openContainer();
    assertThrows(() => group.setContainer(stranger), TypeError, "no handle of this emulated host");
    group.setContainer(container);
    assertEquals(codeOf(() => group.setContainer(container)), "EINVAL");
    assertEquals(group.status(), { viable: true, containerSet: true });
  }
});

Deno.test("Group.openDevice() reads names as the kernel does, and asks for container and IOMMU after that", () => {
  const { groups } = machine();
  using group = groups.openGroup(10);
  using container = groups.openContainer();
  assertEquals([codeOf(() => group.openDevice(EDU)), codeOf(() => group.openDevice("nope"))], [
    "EINVAL",
    "ENODEV",
  ]);
  assertEquals(codeOf(() => group.unsetContainer()), "EINVAL");
  group.setContainer(container);
  assertEquals(codeOf(() => group.openDevice(EDU)), "EINVAL");
  container.setIommu("type1v2");
  for (const name of ["foo", "", `${EDU}x`, EDU.slice(0, -1), NVME]) {
    assertEquals(codeOf(() => group.openDevice(name)), "ENODEV", name);
  }
  for (const options of [" x", " vf_token=abc", ` vf_token=${UUID}`]) {
    const error = assertThrows(() => group.openDevice(EDU + options), VfioError);
    assertEquals([error.code, error.operation], ["EINVAL", "VFIO_GROUP_GET_DEVICE_FD"]);
  }
  using device = group.openDevice(`${EDU}  `);
  using second = group.openDevice(EDU);
  assertEquals([device.name, second.name], [EDU, EDU]);
});

Deno.test("Device keeps its group busy, its mapping even longer, in whatever order things are closed", () => {
  const { host, groups } = machine();
  const container = groups.openContainer();
  const group = groups.openGroup(10);
  group.setContainer(container);
  container.setIommu("type1v2");
  const first = group.openDevice(EDU);
  const second = group.openDevice(EDU);
  assertEquals([codeOf(() => group.unsetContainer()), codeOf(() => group.setContainer(container))], [
    "EBUSY",
    "EINVAL",
  ]);
  first[Symbol.dispose]();
  assertEquals(codeOf(() => group.unsetContainer()), "EBUSY");
  const bar = second.region(0).map();
  group[Symbol.dispose]();
  container[Symbol.dispose]();
  assertEquals([second.info().regions, second.region(7).read16(0)], [9, 0x1234]);
  second[Symbol.dispose]();
  assertEquals([bar.read32(0), codeOf(() => groups.openGroup(10))], [0x0100_00ed, "EBUSY"]);
  assertEquals(host.holdings(), { descriptors: 0, mappings: 1 });
  bar[Symbol.dispose]();
  using again = groups.openGroup(10);
  assertEquals(again.status(), { viable: true, containerSet: false });
});

Deno.test("Group closed without a device leaves its container", () => {
  const { host, groups } = machine();
  using container = groups.openContainer();
  const group = groups.openGroup(10);
  group.setContainer(container);
  container.setIommu("type1v2");
  using memory = host.allocate(4096);
  container.iommu.map({ iova: 0n, vaddr: memory.vaddr, size: 4096n, read: true });
  group[Symbol.dispose]();
  assertEquals(codeOf(() => container.iommu.info()), "EINVAL");
});

Deno.test("Group with a device on a kernel driver is not viable, and says who blocks it", () => {
  const host = new EmulatedHost()
    .plug(EDU, new EmulatedEdu(), { group: 3 })
    .plug(NVME, passiveNvme(), { group: 3, driver: "nvme" })
    .plug("0000:00:06.0", passiveRootPort(), { group: 3, driver: "pcieport" });
  using container = host.groups.openContainer();
  using group = host.groups.openGroup(3);
  assertEquals(group.status(), { viable: false, containerSet: false });
  const error = assertThrows(() => group.setContainer(container), VfioError);
  assertEquals([error.code, error.operation], ["EPERM", "VFIO_GROUP_SET_CONTAINER"]);
  assertEquals(error.message.includes("0000:00:05.0 is driven by nvme"), true);
  assertEquals(error.remedies[0]?.id, "NOT-VIABLE");
  assertEquals(codeOf(() => container.setIommu("type1")), "EINVAL");
  host.host.unbind(NVME);
  assertEquals(group.status().viable, true);
  assertEquals(codeOf(() => group.setContainer(container)), "0");
  assertEquals(host.sysfs.driverOverride(NVME, "uio_pci_generic"), undefined);
  assertEquals(host.sysfs.bindFile(NVME, "uio_pci_generic"), "EBUSY");
  assertEquals(host.sysfs.driversProbe(NVME), "EINVAL");
  assertEquals(host.host.find(NVME)?.driver, undefined);
});

Deno.test("Two devices of one group open side by side", () => {
  const host = new EmulatedHost().plug(EDU, new EmulatedEdu(), { group: 3 }).plug(NVME, passiveNvme(), {
    group: 3,
  });
  using open = ready(host, EDU);
  using other = open.group.openDevice(NVME);
  assertEquals([open.device.region(7).read16(2), other.region(7).read16(2)], [0x11e8, 0x0010]);
});

Deno.test("Every closed handle answers EBADF, and closing it again is a no-op", () => {
  const { host } = machine();
  const { container, group, device } = ready(host, EDU);
  using other = host.groups.openContainer();
  for (const handle of [device, group, container]) {
    assertEquals(handle.closed, false);
    handle[Symbol.dispose]();
    handle[Symbol.dispose]();
    assertEquals(handle.closed, true);
  }
  const calls = [
    () => container.apiVersion(),
    () => container.supports(1),
    () => container.setIommu("type1"),
    () => container.iommu.info(),
    () => group.status(),
    () => group.setContainer(other),
    () => group.unsetContainer(),
    () => group.openDevice(EDU),
    () => device.info(),
    () => device.regionInfo(0),
    () => device.irqInfo(0),
    () => device.setIrqs({ index: 0, action: "trigger", none: 0 }),
    () => device.reset(),
    () => device.hotResetInfo(),
    () => device.hotReset([]),
    () => device.feature({ feature: 3, probe: true }),
    () => device.ioeventfd({ region: 0, offset: 0, width: 4, data: 0n, signal: null }),
    () => device.detach(),
  ];
  for (const call of calls) assertEquals(codeOf(call), "EBADF");
  assertEquals(container.iommu.type, undefined);
  assertEquals(host.holdings(), { descriptors: 1, mappings: 0 });
});

Deno.test("Device opened through its group knows no iommufd", () => {
  const { host } = machine();
  using open = ready(host, EDU);
  const { device } = open;
  const calls = [() => device.bind({} as Iommufd), () => device.attach(1), () => device.detach()];
  assertEquals(calls.map(codeOf), ["ENOTTY", "ENOTTY", "ENOTTY"]);
});
