import { assertEquals, assertThrows } from "@std/assert";
import type { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { VfioError } from "../../../core/errors.ts";
import { openDevice } from "../../../driverkit/open_device.ts";
import type { PciDevice } from "../../../driverkit/pci_device.ts";
import { codeOf } from "../emulated/ready.ts";
import { EDU, EDU_GROUP, EDU_LAST, machine, NOTHING, NVME, SIBLING } from "./machine.ts";

/** Opens a device and sets it up, as drivers do. */
function setUp(backend: EmulatedHost): PciDevice {
  using stack = new DisposableStack();
  const device = stack.use(openDevice(EDU, { backend }));
  device.region("bar0").read32(0);
  device.allocate(4096, { maxIova: EDU_LAST });
  device.enableInterrupts("msi");
  device.config.command.update({ busMaster: true });
  stack.move();
  return device;
}

function callsOf(host: EmulatedHost, act: () => void): number {
  const { count } = host.calls;
  act();
  return host.calls.count - count;
}

/** Lets the first kernel call fail, then the second, until `open` succeeds. @returns How many calls it makes. */
function failEach(host: EmulatedHost, open: () => PciDevice): number {
  for (let nth = 1;; nth++) {
    host.calls.fail(nth, "EINTR");
    try {
      using _device = open();
      host.calls.failNone();
      return nth - 1;
    } catch (error) {
      if (!(error instanceof VfioError)) throw error;
      assertEquals([error.code, host.holdings(), host.lockedMemory], ["EINTR", NOTHING, 0], `call ${nth}`);
    }
  }
}

Deno.test("openDevice() gives a device that owns all that was opened for it", () => {
  const host = machine();
  {
    using device = openDevice(EDU, { backend: host });
    assertEquals(host.holdings(), { descriptors: 4, mappings: 0 });
    device.allocate(4096);
    device.region("bar0");
    device.enableInterrupts("msi");
    assertEquals(host.holdings(), { descriptors: 5, mappings: 2 });
  }
  assertEquals([host.holdings(), host.lockedMemory], [NOTHING, 0]);
});

Deno.test("openDevice() that fails leaves nothing open, at whichever kernel call", () => {
  const host = machine();
  assertEquals(failEach(host, () => openDevice(EDU, { backend: host })), 10);
});

Deno.test("openDevice() and what drivers do next leave nothing, at whichever kernel call they fail", () => {
  const host = machine();
  assertEquals(failEach(host, () => setUp(host)), 19);
});

Deno.test("openDevice()'s device lets the rest go when any kernel call of dispose fails", () => {
  const host = machine();
  const device = setUp(host);
  const calls = callsOf(host, () => device[Symbol.dispose]());
  for (let nth = 1; nth <= calls; nth++) {
    const device = setUp(host);
    host.calls.fail(nth, "EIO");
    assertEquals(assertThrows(() => device[Symbol.dispose](), VfioError).code, "EIO", `call ${nth}`);
    device[Symbol.dispose]();
    assertEquals([host.holdings(), host.lockedMemory], [NOTHING, 0], `call ${nth}`);
  }
  setUp(host)[Symbol.dispose]();
});

Deno.test("openDevice()'s device lets the rest go when every kernel call of dispose fails", () => {
  const host = machine();
  const device = setUp(host);
  for (let nth = 1; nth <= 20; nth++) host.calls.fail(nth, "EIO");
  assertThrows(() => device[Symbol.dispose](), SuppressedError);
  host.calls.failNone();
  assertEquals([host.holdings(), host.lockedMemory], [NOTHING, 0]);
});

Deno.test("openDevice() opens a space that takes further devices, and goes with the last", () => {
  const host = machine();
  const first = openDevice(EDU, { backend: host });
  const second = first.space.open(SIBLING);
  const buffer = second.allocate(4096);
  first[Symbol.dispose]();
  assertEquals([buffer.size, second.config.vendorId.read()], [4096, 0x1234]);
  second[Symbol.dispose]();
  assertEquals([buffer.size, first.space.closed, host.holdings()], [0, true, NOTHING]);
});

Deno.test("openDevice() again after dispose finds the device as new", () => {
  const host = machine();
  for (let i = 0; i < 3; i++) {
    using device = setUp(host);
    assertEquals([device.config.command.read().busMaster, device.allocate(1).iova], [true, 0x2000n]);
    device[Symbol.dispose]();
    using again = openDevice(EDU, { backend: host });
    assertEquals(again.config.command.read().busMaster, false);
  }
  assertEquals(host.holdings(), NOTHING);
});

Deno.test("openDevice() passes its options on", () => {
  const host = machine();
  using container = host.groups.openContainer();
  {
    using device = openDevice(NVME, { backend: host, given: { container }, iommu: "type1", mmio: "trapped" });
    device.region("bar0").read32(0);
    assertEquals([container.iommu.type, host.holdings().mappings], ["type1", 0]);
  }
  assertEquals(host.holdings(), { descriptors: 1, mappings: 0 });
});

Deno.test("openDevice() says why it cannot, and leaves nothing", () => {
  const host = machine();
  using group = host.groups.openGroup(EDU_GROUP);
  const busy = assertThrows(() => openDevice(EDU, { backend: host }), VfioError);
  assertEquals([busy.code, busy.operation, busy.subject], ["EBUSY", "open", "/dev/vfio/10"]);
  group[Symbol.dispose]();
  const guest = host.process({ uid: 1000 });
  assertEquals(codeOf(() => openDevice(EDU, { backend: guest })), "EACCES");
  host.host.bind(SIBLING, "uio_pci_generic");
  const error = assertThrows(() => openDevice(EDU, { backend: host }), VfioError);
  assertEquals([error.code, error.operation], ["EPERM", "VFIO_GROUP_SET_CONTAINER"]);
  assertEquals([host.holdings(), guest.holdings()], [NOTHING, NOTHING]);
});

Deno.test("openDevice()'s device is asked back while buffers live, and all goes quietly", () => {
  const host = machine();
  host.host.unbind(SIBLING);
  const device = setUp(host);
  using memory = host.allocate(4096);
  device.map(memory);
  const request = host.requestUnbind(EDU);
  device[Symbol.dispose]();
  assertEquals([request.done, host.holdings()], [true, { descriptors: 0, mappings: 1 }]);
  assertEquals(host.lockedMemory, 0);
});
