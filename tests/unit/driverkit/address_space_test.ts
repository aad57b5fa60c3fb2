import { assertEquals, assertThrows } from "@std/assert";
import type { Backend } from "../../../core/backend.ts";
import { VfioError } from "../../../core/errors.ts";
import { AddressSpace } from "../../../driverkit/address_space.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import { Edu } from "../../../devices/edu/driver.ts";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { codeOf } from "../emulated/ready.ts";
import { EDU, EDU_GROUP, EDU_LAST, machine, NOTHING, NVME, SIBLING } from "./machine.ts";

Deno.test("AddressSpace.constructor() opens nothing", () => {
  const host = machine();
  using space = new AddressSpace({ backend: host });
  assertEquals([host.calls.count, host.holdings(), space.closed], [0, NOTHING, false]);
});

Deno.test("AddressSpace.constructor() refuses a backend without groups with ENODEV", () => {
  const { name, host, clock } = machine();
  const backend = { name, host, clock } as Backend;
  assertEquals(codeOf(() => new AddressSpace({ backend })), "ENODEV");
});

Deno.test("AddressSpace.open() makes the kernel's calls in the kernel's order", () => {
  const host = machine();
  const trace = host.calls.trace();
  using space = new AddressSpace({ backend: host });
  assertEquals(space.open("00:04.0").address, EDU);
  assertEquals(trace.map(({ operation }) => operation), [
    "open",
    "open",
    "VFIO_GROUP_SET_CONTAINER",
    "VFIO_SET_IOMMU",
    "VFIO_GROUP_GET_DEVICE_FD",
    "VFIO_IOMMU_GET_INFO",
    "VFIO_DEVICE_GET_INFO",
    "VFIO_DEVICE_GET_IRQ_INFO",
    "eventfd",
    "VFIO_DEVICE_SET_IRQS",
  ]);
});

Deno.test("AddressSpace.open() opens the container and each group once", () => {
  const host = machine();
  using space = new AddressSpace({ backend: host });
  const trace = host.calls.trace();
  for (const address of [EDU, SIBLING, NVME]) space.open(address);
  const opened = trace.filter(({ operation }) => operation === "open").map(({ subject }) => subject);
  assertEquals(opened, ["/dev/vfio/vfio", "/dev/vfio/10", "/dev/vfio/11"]);
});

Deno.test("AddressSpace.open() keeps a group open for devices to come", () => {
  const host = machine();
  using space = new AddressSpace({ backend: host });
  space.open(EDU)[Symbol.dispose]();
  const held = host.holdings();
  assertEquals(held, { descriptors: 2, mappings: 0 });
  for (let i = 0; i < 3; i++) space.open(i % 2 === 0 ? EDU : SIBLING)[Symbol.dispose]();
  assertEquals(host.holdings(), held);
});

Deno.test("AddressSpace.open() refuses with a reason what it cannot open, and leaves nothing", () => {
  const host = machine().plug("0000:00:06.0", new EmulatedEdu(), { driver: null })
    .plug("0000:00:04.2", new EmulatedEdu(), { group: EDU_GROUP, driver: "pci-stub" });
  using space = new AddressSpace({ backend: host });
  const codes = () =>
    ["0000:00:09.0", "0000:00:06.0", "0000:00:04.2"].map((address) => codeOf(() => space.open(address)));
  assertEquals(codes(), ["ENODEV", "ENOENT", "ENODEV"]);
  assertEquals(host.holdings(), NOTHING);
  assertThrows(() => space.open("four"), TypeError, "PCI address");
  space.open(EDU);
  const held = host.holdings();
  assertEquals(codes(), ["ENODEV", "ENOENT", "ENODEV"]);
  assertEquals(host.holdings(), held);
  using elsewhere = new AddressSpace({ backend: host });
  assertEquals(codeOf(() => elsewhere.open(SIBLING)), "EBUSY");
});

Deno.test("AddressSpace.open() says what a device without an IOMMU group lacks", () => {
  const host = machine();
  const entry = host.host.find(EDU);
  const sight = { find: { value: () => entry }, groupOf: { value: () => undefined } };
  const backend: Backend = { ...backendOf(host), host: Object.create(host.host, sight) };
  using space = new AddressSpace({ backend });
  const error = assertThrows(() => space.open(EDU), VfioError, "intel_iommu=on");
  assertEquals([error.code, error.operation, error.subject], ["ENODEV", "open", EDU]);
});

Deno.test("AddressSpace.open() refuses a device that is open in the space with EBUSY, until it is closed", () => {
  const host = machine();
  using space = new AddressSpace({ backend: host });
  const first = space.open(EDU);
  assertEquals(codeOf(() => space.open("00:04.0")), "EBUSY");
  first[Symbol.dispose]();
  assertEquals(space.open(EDU).closed, false);
});

Deno.test("AddressSpace.open() hands a VF token on", () => {
  const host = machine();
  const trace = host.calls.trace();
  using space = new AddressSpace({ backend: host });
  const token = "12345678-1234-1234-1234-123456789abc";
  assertEquals(codeOf(() => space.open(EDU, { token })), "EINVAL");
  const subject = trace.find(({ operation }) => operation === "VFIO_GROUP_GET_DEVICE_FD")?.subject;
  assertEquals(subject, `${EDU} vf_token=${token}`);
});

Deno.test("AddressSpace sets the IOMMU driver that it is told to", () => {
  for (const iommu of ["type1", "type1v2"] as const) {
    using space = new AddressSpace({ backend: machine(), iommu });
    assertEquals(space.reason, `by groups, with ${iommu}: the way that every kernel with VFIO has`);
    space.open(EDU);
    assertEquals(codeOf(() => space.dma.unmap({ iova: 0x1000n, size: 4096n })), "0");
    assertEquals("type" in space.dma && space.dma.type, iommu);
  }
});

Deno.test("AddressSpace.dma, allocate() and map() need a device", () => {
  const host = machine();
  using space = new AddressSpace({ backend: host });
  using memory = host.allocate(4096);
  const codes = () => [
    codeOf(() => space.dma),
    codeOf(() => space.allocate(4096)),
    codeOf(() => space.map(memory)),
  ];
  assertEquals(codes(), ["EINVAL", "EINVAL", "EINVAL"]);
  space.open(EDU);
  assertEquals(codes(), ["0", "0", "0"]);
});

Deno.test("AddressSpace lets its devices see each other's mappings", async () => {
  const host = machine();
  using space = new AddressSpace({ backend: host });
  const first = new Edu(space.open(EDU));
  const second = new Edu(space.open(SIBLING));
  const buffer = space.allocate(4096, { maxIova: EDU_LAST });
  buffer.write32(0, 0x1234_5678);
  await first.load(buffer.iova, 64);
  await second.load(buffer.iova, 64);
  buffer.write32(0, 0);
  await second.store(buffer.iova, 64);
  assertEquals([buffer.read32(0), host.faults()], [0x1234_5678, []]);
});

Deno.test("AddressSpace heeds the narrower ranges that a device brings", () => {
  const host = new EmulatedHost({ reserved: [{ start: 0x2000n, last: 0x3fffn, type: "reserved" }] })
    .plug(EDU, new EmulatedEdu());
  using space = new AddressSpace({ backend: host });
  space.open(EDU);
  assertEquals([1, 2, 3].map(() => space.allocate(4096).iova), [0x1000n, 0x4000n, 0x5000n]);
});

Deno.test("AddressSpace opens a device again that was unbound and bound in between, in its new group", () => {
  const host = machine();
  using space = new AddressSpace({ backend: host });
  space.open(NVME)[Symbol.dispose]();
  const held = host.holdings();
  host.host.unbind(NVME);
  assertEquals(codeOf(() => space.open(NVME)), "ENOENT");
  host.host.bind(NVME, "vfio-pci");
  {
    using again = space.open(NVME);
    assertEquals(again.config.vendorId.read(), 0x1b36);
    assertEquals(space.allocate(4096).iova, 0x1000n);
  }
  assertEquals(host.holdings(), { ...held, mappings: 1 });
});

/** A host's own fields, which a spread of an object with getters would lose. */
function backendOf(host: EmulatedHost): Backend {
  return {
    name: host.name,
    host: host.host,
    clock: host.clock,
    groups: host.groups,
    allocate: (size, options) => host.allocate(size, options),
    mapFile: (file, options) => host.mapFile(file, options),
    createSignal: () => host.createSignal(),
  };
}
