import { assertEquals, assertThrows } from "@std/assert";
import { VfioError } from "../../../core/errors.ts";
import { AddressSpace } from "../../../driverkit/address_space.ts";
import { openDevice } from "../../../driverkit/open_device.ts";
import { until } from "../../../driverkit/until.ts";
import { codeOf } from "../emulated/ready.ts";
import { codeOfAsync, command, EDU, EDU_GROUP, machine, NOTHING, NVME, recorded } from "./machine.ts";

Deno.test("AddressSpace dispose takes steps in the order of the house", () => {
  const host = machine();
  const { backend, events } = recorded(host);
  const space = new AddressSpace({ backend });
  const device = space.open(EDU);
  device.enableInterrupts("msi");
  device.config.command.update({ busMaster: true });
  device.region("bar0");
  space.allocate(4096);
  using memory = host.allocate(4096);
  space.map(memory);
  events();
  space[Symbol.dispose]();
  assertEquals(events(), [
    "VFIO_DEVICE_SET_IRQS",
    "close signal",
    "VFIO_DEVICE_SET_IRQS",
    "close signal",
    ...["pread", "pread", "pwrite"],
    // The device's own dispose looks once more.
    "pread",
    `close ${EDU}`,
    "VFIO_IOMMU_UNMAP_DMA",
    "VFIO_IOMMU_UNMAP_DMA",
    "free memory",
    `close group ${EDU_GROUP}`,
    "close container",
  ]);
  assertEquals(host.holdings(), { descriptors: 0, mappings: 1 });
  assertEquals(command(host, EDU), { master: false, intxDisable: false });
});

Deno.test("AddressSpace dispose silences all devices before it closes any", () => {
  const host = machine();
  const { backend, events } = recorded(host);
  const space = new AddressSpace({ backend });
  for (const address of [EDU, NVME]) space.open(address).config.command.update({ busMaster: true });
  events();
  space[Symbol.dispose]();
  const marks = events().filter((event) => event === "pwrite" || event.startsWith("close 0000"));
  assertEquals(marks, ["pwrite", "pwrite", `close ${NVME}`, `close ${EDU}`]);
});

Deno.test("AddressSpace dispose leaves nothing, and again is a no-op", () => {
  const host = machine();
  const space = new AddressSpace({ backend: host });
  const device = space.open(EDU);
  space.open(NVME).enableInterrupts("msix", { count: 4 });
  device.region("bar0").read32(0);
  for (let i = 0; i < 5; i++) space.allocate(4096);
  space[Symbol.dispose]();
  const { count } = host.calls;
  space[Symbol.dispose]();
  device[Symbol.dispose]();
  assertEquals([host.calls.count, host.holdings(), host.lockedMemory], [count, NOTHING, 0]);
  using again = new AddressSpace({ backend: host });
  again.open(EDU);
});

Deno.test("AddressSpace dispose takes every step, also when one before it fails", () => {
  const host = machine();
  const use = () => {
    const space = new AddressSpace({ backend: host });
    const device = space.open(EDU);
    device.enableInterrupts("msi");
    device.config.command.update({ busMaster: true });
    device.region("bar0");
    space.open(NVME);
    for (let i = 0; i < 2; i++) space.allocate(4096);
    return space;
  };
  const space = use();
  const before = host.calls.count;
  space[Symbol.dispose]();
  const calls = host.calls.count - before;
  for (let nth = 1; nth <= calls; nth++) {
    const space = use();
    host.calls.fail(nth, "EIO");
    assertEquals(assertThrows(() => space[Symbol.dispose](), VfioError).code, "EIO", `call ${nth}`);
    assertEquals([space.closed, host.holdings(), host.lockedMemory], [true, NOTHING, 0], `call ${nth}`);
  }
});

Deno.test("AddressSpace dispose tells of every step that failed", () => {
  const host = machine();
  const space = new AddressSpace({ backend: host });
  space.open(EDU);
  for (let i = 0; i < 2; i++) space.allocate(4096);
  // REQ off, two looks at Command, two times unmap.
  host.calls.fail(4, "EIO");
  host.calls.fail(5, "EINTR");
  const error = assertThrows(() => space[Symbol.dispose](), SuppressedError);
  const codes = [error.error, error.suppressed].map((one) => one instanceof VfioError && one.code);
  assertEquals([codes, host.holdings()], [["EINTR", "EIO"], NOTHING]);
});

Deno.test("AddressSpace says EBADF to everything after dispose", () => {
  const host = machine();
  const space = new AddressSpace({ backend: host });
  const device = space.open(EDU);
  const buffer = space.allocate(4096);
  const { bytes } = buffer;
  const bar = device.region("bar0");
  using memory = host.allocate(4096);
  const mapping = space.map(memory);
  space[Symbol.dispose]();
  const calls: Record<string, () => unknown> = {
    "space.open()": () => space.open(EDU),
    "space.adopt()": () => space.adopt(device.model),
    "space.allocate()": () => space.allocate(4096),
    "space.map()": () => space.map(memory),
    "space.dma": () => space.dma,
    "device.region()": () => device.region("bar0"),
    "device.allocate()": () => device.allocate(4096),
    "buffer.read8()": () => buffer.read8(0),
    "bar.read32()": () => bar.read32(0),
  };
  const codes = Object.entries(calls).map(([name, call]) => [name, codeOf(call)]);
  assertEquals(codes, Object.keys(calls).map((name) => [name, "EBADF"]));
  assertEquals([space.closed, device.closed, mapping.closed, buffer.size, bytes.length], [
    true,
    true,
    true,
    0,
    0,
  ]);
});

Deno.test("AddressSpace dispose ends waits: wait() with EBADF, `for await` quietly", async () => {
  const host = machine();
  const space = new AddressSpace({ backend: host });
  const [vector] = space.open(EDU).enableInterrupts("msi").vectors;
  const loop = (async () => {
    const counts = [];
    for await (const count of vector) counts.push(count);
    return counts;
  })();
  const wait = codeOfAsync(vector.wait());
  const timed = codeOfAsync(vector.wait({ timeoutMs: 1e6 }));
  await Promise.resolve();
  space[Symbol.dispose]();
  assertEquals([await wait, await timed, await loop, host.holdings()], ["EBADF", "EBADF", [], NOTHING]);
});

Deno.test("AddressSpace dispose in the middle of a hot loop makes its next access throw EBADF", () => {
  const host = machine();
  const space = new AddressSpace({ backend: host });
  const device = space.open(EDU);
  const bar = device.region("bar0");
  const buffer = space.allocate(4096);
  let turns = 0;
  const loop = (access: () => unknown, onTurn: () => void) => {
    for (; turns < 10_000; turns++, onTurn()) access();
  };
  const stop = () => turns === 5000 && space[Symbol.dispose]();
  assertEquals(codeOf(() => loop(() => bar.read32(0), stop)), "EBADF");
  assertEquals(turns, 5000);
  assertEquals(codeOf(() => buffer.read32(0)), "EBADF");
  assertEquals(host.holdings(), NOTHING);
});

Deno.test("AddressSpace dispose inside a condition of until() ends it with EBADF", () => {
  const host = machine();
  const space = new AddressSpace({ backend: host });
  const device = space.open(EDU, { mmio: "trapped" });
  let polls = 0;
  const condition = () => {
    if (++polls === 3) space[Symbol.dispose]();
    return device.region("bar0").read32(0) === 0;
  };
  assertEquals(codeOf(() => until(device.clock, condition, { timeoutMs: 1000 })), "EBADF");
  assertEquals([polls, host.holdings()], [3, NOTHING]);
});

Deno.test("AddressSpace is disposed of with its last device only when it is asked to be", () => {
  const host = machine();
  using kept = new AddressSpace({ backend: host });
  kept.open(EDU)[Symbol.dispose]();
  assertEquals(kept.closed, false);
  kept[Symbol.dispose]();
  const space = openDevice(EDU, { backend: host }).space;
  space.open(NVME)[Symbol.dispose]();
  assertEquals([space.closed, host.holdings().descriptors], [false, 5]);
});

Deno.test("AddressSpace dispose is quiet when the IOMMU went with the last group's devices", () => {
  const host = machine();
  const space = new AddressSpace({ backend: host });
  const device = space.open(NVME);
  const buffer = space.allocate(4096);
  const request = host.requestUnbind(NVME);
  device[Symbol.dispose]();
  assertEquals([request.done, codeOf(() => space.dma.info())], [true, "EINVAL"]);
  buffer[Symbol.dispose]();
  space[Symbol.dispose]();
  assertEquals([host.holdings(), host.lockedMemory], [NOTHING, 0]);
});
