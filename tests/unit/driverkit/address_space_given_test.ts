import { assertEquals, assertStrictEquals } from "@std/assert";
import type { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { AddressSpace } from "../../../driverkit/address_space.ts";
import { codeOf, ready } from "../emulated/ready.ts";
import { EDU, EDU_GROUP, machine, NOTHING, NVME, NVME_GROUP, SIBLING } from "./machine.ts";

/** What was done to open a device, beside opening the device itself. */
function steps(host: EmulatedHost, act: () => void): string[] {
  const trace = host.calls.trace();
  act();
  const wanted = ["open", "VFIO_GROUP_SET_CONTAINER", "VFIO_SET_IOMMU", "VFIO_GROUP_UNSET_CONTAINER"];
  return trace.filter(({ operation }) => wanted.includes(operation)).map(({ operation }) => operation);
}

Deno.test("AddressSpace given a container opens the group and sets the IOMMU, and leaves the container open", () => {
  const host = machine();
  using container = host.groups.openContainer();
  const space = new AddressSpace({ backend: host, given: { container } });
  const opening = steps(host, () => space.open(EDU));
  assertEquals(opening, ["open", "VFIO_GROUP_SET_CONTAINER", "VFIO_SET_IOMMU"]);
  assertStrictEquals(space.dma, container.iommu);
  space[Symbol.dispose]();
  assertEquals([container.closed, host.holdings()], [false, { descriptors: 1, mappings: 0 }]);
  assertEquals(codeOf(() => container.iommu.info()), "EINVAL");
});

Deno.test("AddressSpace given a container and a group attaches it, and detaches it again", () => {
  const host = machine();
  using container = host.groups.openContainer();
  using group = host.groups.openGroup(EDU_GROUP);
  const space = new AddressSpace({ backend: host, given: { container, groups: [group] } });
  const opening = steps(host, () => space.open(EDU));
  assertEquals(opening, ["VFIO_GROUP_SET_CONTAINER", "VFIO_SET_IOMMU"]);
  assertEquals(steps(host, () => space.open(SIBLING)), []);
  assertEquals(steps(host, () => space.open(NVME)), ["open", "VFIO_GROUP_SET_CONTAINER"]);
  assertEquals(steps(host, () => space[Symbol.dispose]()), ["VFIO_GROUP_UNSET_CONTAINER"]);
  assertEquals([group.closed, group.status().containerSet], [false, false]);
  assertEquals(host.holdings(), { descriptors: 2, mappings: 0 });
});

Deno.test("AddressSpace given a group that is attached sets the IOMMU, and leaves it attached", () => {
  const host = machine();
  using container = host.groups.openContainer();
  using group = host.groups.openGroup(EDU_GROUP);
  group.setContainer(container);
  const space = new AddressSpace({ backend: host, given: { container, groups: [group] } });
  assertEquals(steps(host, () => space.open(EDU)), ["VFIO_SET_IOMMU"]);
  assertEquals(steps(host, () => space[Symbol.dispose]()), []);
  assertEquals(group.status().containerSet, true);
});

Deno.test("AddressSpace given a container with an IOMMU sets none", () => {
  const host = machine();
  using container = host.groups.openContainer();
  using group = host.groups.openGroup(EDU_GROUP);
  group.setContainer(container);
  container.setIommu("type1");
  using space = new AddressSpace({ backend: host, given: { container, groups: [group] } });
  assertEquals(steps(host, () => space.open(EDU)), []);
  const reason =
    "by groups, with type1, on a container that was handed in: the way that every kernel with VFIO has";
  assertEquals(space.reason, reason);
});

Deno.test("AddressSpace given a container with an IOMMU allocates before it has a device", () => {
  const host = machine();
  using open = ready(host, EDU);
  using space = new AddressSpace({ backend: host, given: { container: open.container } });
  assertEquals([space.allocate(100).iova, space.allocate(100).size], [0x1000n, 4096]);
});

Deno.test("AddressSpace given a container without an IOMMU says EINVAL to allocate()", () => {
  const host = machine();
  using container = host.groups.openContainer();
  using space = new AddressSpace({ backend: host, given: { container } });
  assertEquals(codeOf(() => space.allocate(4096)), "EINVAL");
  assertEquals(host.holdings(), { descriptors: 1, mappings: 0 });
});

Deno.test("AddressSpace.open() that fails puts a given group back as it was", () => {
  const host = machine();
  using container = host.groups.openContainer();
  using group = host.groups.openGroup(EDU_GROUP);
  using space = new AddressSpace({ backend: host, given: { container, groups: [group] } });
  const before = host.calls.count;
  const probe = new AddressSpace({ backend: host, given: { container, groups: [group] } });
  probe.open(EDU);
  const calls = host.calls.count - before;
  probe[Symbol.dispose]();
  for (let nth = 1; nth <= calls; nth++) {
    host.calls.fail(nth, "EIO");
    assertEquals(codeOf(() => space.open(EDU)), "EIO", `call ${nth}`);
    assertEquals([group.status().containerSet, host.holdings().descriptors], [false, 2], `call ${nth}`);
  }
  space.open(EDU);
});

Deno.test("AddressSpace dispose is quiet when a given group was closed or lost its devices", () => {
  for (const end of ["close", "unbind"]) {
    const host = machine();
    using container = host.groups.openContainer();
    using group = host.groups.openGroup(EDU_GROUP);
    const space = new AddressSpace({ backend: host, given: { container, groups: [group] } });
    space.open(EDU)[Symbol.dispose]();
    if (end === "close") group[Symbol.dispose]();
    else for (const address of [EDU, SIBLING]) host.host.unbind(address);
    space[Symbol.dispose]();
    assertEquals(space.closed, true, end);
  }
});

Deno.test("AddressSpace opens a group anew where a given one is dead, and leaves that to its owner", () => {
  const host = machine();
  using container = host.groups.openContainer();
  using group = host.groups.openGroup(NVME_GROUP);
  using space = new AddressSpace({ backend: host, given: { container, groups: [group] } });
  host.host.unbind(NVME);
  host.host.bind(NVME, "vfio-pci");
  assertEquals(steps(host, () => space.open(NVME)), ["open", "VFIO_GROUP_SET_CONTAINER", "VFIO_SET_IOMMU"]);
  assertEquals(group.closed, false);
});

Deno.test("AddressSpace asks the IOMMU for its ranges after each device, which may have narrowed them", () => {
  const host = machine();
  using container = host.groups.openContainer();
  const { info } = container.iommu;
  let start = 0x1000n;
  const value = () => ({ ...info.call(container.iommu), ranges: [{ start, last: 0xf_ffffn }] });
  Object.defineProperty(container.iommu, "info", { value });
  using space = new AddressSpace({ backend: host, given: { container } });
  space.open(EDU);
  assertEquals(space.allocate(4096).iova, 0x1000n);
  start = 0x8000n;
  space.open(NVME);
  assertEquals(space.allocate(4096).iova, 0x8000n);
});

Deno.test("AddressSpace.open() with a given container or group that is closed says EBADF", () => {
  const host = machine();
  for (const closed of ["container", "group"]) {
    const container = host.groups.openContainer();
    const group = host.groups.openGroup(EDU_GROUP);
    using space = new AddressSpace({ backend: host, given: { container, groups: [group] } });
    (closed === "group" ? group : container)[Symbol.dispose]();
    assertEquals(codeOf(() => space.open(EDU)), "EBADF", closed);
    group[Symbol.dispose]();
    container[Symbol.dispose]();
  }
  assertEquals(host.holdings(), NOTHING);
});

Deno.test("AddressSpace.adopt() takes a device, and opens nothing but what the device needs", () => {
  const host = machine();
  using open = ready(host, EDU);
  const space = new AddressSpace({ backend: host, given: { container: open.container } });
  const trace = host.calls.trace();
  const device = space.adopt(open.device);
  assertEquals(trace.map(({ operation }) => operation), [
    "VFIO_IOMMU_GET_INFO",
    "VFIO_DEVICE_GET_INFO",
    "VFIO_DEVICE_GET_IRQ_INFO",
    "eventfd",
    "VFIO_DEVICE_SET_IRQS",
  ]);
  assertEquals([device.address, device.model === open.device, device.allocate(1).iova], [EDU, true, 0x1000n]);
  space[Symbol.dispose]();
  assertEquals([open.device.closed, open.group.closed, host.holdings().descriptors], [true, false, 2]);
});

Deno.test("AddressSpace.adopt() works beside devices that the space opened", () => {
  const host = machine();
  using container = host.groups.openContainer();
  using group = host.groups.openGroup(EDU_GROUP);
  const space = new AddressSpace({ backend: host, given: { container, groups: [group] } });
  space.open(EDU);
  const device = space.adopt(group.openDevice(SIBLING), { mmio: "trapped" });
  assertEquals(device.region("bar0").read32(0), 0x0100_00ed);
  {
    using second = group.openDevice(SIBLING);
    assertEquals([codeOf(() => space.adopt(second)), second.closed], ["EBUSY", false]);
  }
  space[Symbol.dispose]();
  assertEquals([device.closed, host.holdings()], [true, { descriptors: 2, mappings: 0 }]);
});

Deno.test("AddressSpace dispose says EBUSY when it cannot detach a given group that is in use, and does the rest", () => {
  const host = machine();
  using container = host.groups.openContainer();
  using group = host.groups.openGroup(EDU_GROUP);
  const space = new AddressSpace({ backend: host, given: { container, groups: [group] } });
  space.open(EDU);
  using _mine = group.openDevice(SIBLING);
  assertEquals(codeOf(() => space[Symbol.dispose]()), "EBUSY");
  assertEquals([space.closed, host.holdings()], [true, { descriptors: 3, mappings: 0 }]);
});

Deno.test("AddressSpace.adopt() that is refused leaves the device its giver's", () => {
  const host = machine();
  using open = ready(host, EDU);
  using none = new AddressSpace({ backend: host });
  assertEquals(codeOf(() => none.adopt(open.device)), "EINVAL");
  using container = host.groups.openContainer();
  using wrong = new AddressSpace({ backend: host, given: { container } });
  assertEquals(codeOf(() => wrong.adopt(open.device)), "EINVAL");
  using space = new AddressSpace({ backend: host, given: { container: open.container } });
  const held = host.holdings();
  for (let nth = 1; nth <= 5; nth++) {
    host.calls.fail(nth, "EIO");
    assertEquals(codeOf(() => space.adopt(open.device)), "EIO", `call ${nth}`);
    assertEquals([open.device.closed, host.holdings()], [false, held], `call ${nth}`);
  }
  open.device[Symbol.dispose]();
  assertEquals(codeOf(() => space.adopt(open.device)), "EBADF");
});
