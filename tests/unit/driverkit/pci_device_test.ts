import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { VfioError } from "../../../core/errors.ts";
import { AddressSpace } from "../../../driverkit/address_space.ts";
import { openDevice } from "../../../driverkit/open_device.ts";
import type { PciDevice } from "../../../driverkit/pci_device.ts";
import { until, untilAsync } from "../../../driverkit/until.ts";
import { passiveIvshmem, passiveNvme } from "../../../devices/passive/shapes.ts";
import { codeOf } from "../emulated/ready.ts";
import { codeOfAsync, command, EDU, machine, NOTHING, NVME, recorded } from "./machine.ts";

const EDU_ID = 0x0100_00ed;

/** Lets a method never settle: a kernel that hangs. */
function hang(device: PciDevice, method: "resetAsync" | "hotResetAsync" | typeof Symbol.asyncDispose): void {
  Object.defineProperty(device.model, method, { value: () => new Promise<void>(() => {}) });
}

Deno.test("PciDevice tells where it is, and makes registers of its config space", () => {
  const host = machine();
  using device = openDevice(EDU, { backend: host });
  const { config, address, clock, model } = device;
  assertEquals([address, clock, model.name], [EDU, host.clock, EDU]);
  assertEquals([config.vendorId.read(), config.deviceId.read()], [0x1234, 0x11e8]);
  assertEquals(config.classCode.read().code, 0x00ff00);
});

Deno.test("PciDevice switches bus mastering on only when the program does", () => {
  const host = machine();
  using device = openDevice(EDU, { backend: host });
  device.enableInterrupts("msi");
  device.allocate(4096);
  assertEquals(device.config.command.read().busMaster, false);
  device.config.command.update({ busMaster: true });
  assertEquals(command(host, EDU).master, true);
});

Deno.test("PciDevice.region() maps what the kernel allows, once", () => {
  const host = machine();
  using device = openDevice(EDU, { backend: host });
  const trace = host.calls.trace();
  const bar = device.region("bar0");
  assertStrictEquals(device.region("bar0"), bar);
  for (let i = 0; i < 1000; i++) assertEquals(bar.read32(0), EDU_ID);
  assertEquals(trace.map(({ operation }) => operation), ["VFIO_DEVICE_GET_REGION_INFO", "mmap"]);
  assertEquals([bar.size, host.holdings().mappings], [1 << 20, 1]);
});

Deno.test('PciDevice.region() with mmio "trapped" makes a system call for each access, and maps nothing', () => {
  const host = machine();
  using device = openDevice(EDU, { backend: host, mmio: "trapped" });
  const bar = device.region("bar0");
  const trace = host.calls.trace();
  for (let i = 0; i < 1000; i++) assertEquals(bar.read32(0), EDU_ID);
  bar.write32(4, 1);
  assertEquals([bar.read32(4), host.holdings().mappings], [0xffff_fffe, 0]);
  assertEquals(trace.map(({ operation }) => operation), [...Array(1000).fill("pread"), "pwrite", "pread"]);
});

Deno.test("PciDevice.region() gives config space, a ROM and small BARs, and says EINVAL to what is absent", () => {
  const host = machine().plug("0000:00:06.0", passiveIvshmem());
  using device = openDevice("0000:00:06.0", { backend: host });
  assertEquals(device.region("config").read32(0), 0x1110_1af4);
  const small = device.region("bar0");
  small.write32(252, 7);
  assertEquals([small.size, small.read32(252)], [256, 7]);
  for (const name of ["bar1", "bar5", "rom", "vga"] as const) {
    const error = assertThrows(() => device.region(name), VfioError);
    assertEquals([error.code, error.operation], ["EINVAL", "VFIO_DEVICE_GET_REGION_INFO"], name);
  }
  assertThrows(() => device.region("bar6" as "bar0"), TypeError);
});

Deno.test("PciDevice.region() that is mapped says EIO while the device does not decode memory", () => {
  const host = machine();
  using device = openDevice(EDU, { backend: host });
  const bar = device.region("bar0");
  device.config.command.update({ memorySpace: false });
  assertEquals(codeOf(() => bar.read32(0)), "EIO");
  device.config.command.update({ memorySpace: true });
  assertEquals(bar.read32(0), EDU_ID);
});

Deno.test("PciDevice.reset() and resetAsync() reset the function, or say EINVAL when it has no reset", async () => {
  const host = machine();
  using nvme = openDevice(NVME, { backend: host });
  using edu = openDevice(EDU, { backend: host });
  nvme.config.command.update({ busMaster: true });
  const trace = host.calls.trace();
  nvme.reset();
  await nvme.resetAsync({ timeoutMs: 1000 });
  assertEquals(trace.map(({ operation }) => operation), ["VFIO_DEVICE_RESET", "VFIO_DEVICE_RESET"]);
  assertEquals(codeOf(() => edu.reset()), "EINVAL");
  assertEquals(await codeOfAsync(edu.resetAsync({ timeoutMs: 1000 })), "EINVAL");
});

Deno.test("PciDevice.resetAsync() says ETIMEDOUT after its deadline, and starts nothing without a time", async () => {
  const host = machine();
  using device = openDevice(NVME, { backend: host });
  const { count } = host.calls;
  await assertRejects(() => device.resetAsync({ timeoutMs: NaN }), TypeError, "timeoutMs");
  assertEquals(host.calls.count, count);
  hang(device, "resetAsync");
  const error = await assertRejects(() => device.resetAsync({ timeoutMs: 1 }), VfioError, "not within 1 ms");
  assertEquals([error.code, error.operation, error.subject], ["ETIMEDOUT", "VFIO_DEVICE_RESET", NVME]);
});

Deno.test("PciDevice.hotResetAsync() resets the bus, or says why not, or ETIMEDOUT after its deadline", async () => {
  const address = "0000:01:00.0";
  const host = machine().plug(address, passiveNvme(), { group: 20 });
  using container = host.groups.openContainer();
  using group = host.groups.openGroup(20);
  using space = new AddressSpace({ backend: host, given: { container, groups: [group] } });
  const device = space.open(address);
  const trace = host.calls.trace();
  await device.hotResetAsync([group], { timeoutMs: 1000 });
  assertEquals(trace.map(({ operation }) => operation), ["VFIO_DEVICE_PCI_HOT_RESET"]);
  assertEquals(await codeOfAsync(device.hotResetAsync([], { timeoutMs: 1000 })), "EINVAL");
  await assertRejects(() => device.hotResetAsync([group], { timeoutMs: NaN }), TypeError, "timeoutMs");
  hang(device, "hotResetAsync");
  const error = await assertRejects(() => device.hotResetAsync([group], { timeoutMs: 1 }), VfioError);
  assertEquals([error.code, error.operation, error.subject], [
    "ETIMEDOUT",
    "VFIO_DEVICE_PCI_HOT_RESET",
    address,
  ]);
});

Deno.test("PciDevice.releaseRequests fires when the device is asked back, and the unbind ends with the close", async () => {
  const host = machine();
  const device = openDevice(EDU, { backend: host });
  const buffer = device.allocate(4096);
  const requests = device.releaseRequests;
  assert(requests !== undefined);
  assertEquals(requests.read(), 0);
  const served = (async () => {
    for await (const _ of requests) device[Symbol.dispose]();
  })();
  const request = host.requestUnbind(EDU);
  assertEquals(request.done, false);
  await served;
  assertEquals([request.done, host.host.find(EDU)?.driver], [true, undefined]);
  assertEquals([device.closed, buffer.size, host.holdings()], [true, 0, NOTHING]);
});

Deno.test("PciDevice.releaseRequests fires again every 10 s until the device is closed", () => {
  const host = machine();
  using device = openDevice(EDU, { backend: host });
  const request = host.requestUnbind(EDU);
  assertEquals([device.releaseRequests?.read(), request.wait(25_000)], [1, false]);
  assertEquals(device.releaseRequests?.read(), 2);
});

Deno.test("PciDevice.close() closes as dispose does, and again is a no-op", async () => {
  const host = machine();
  const { backend, events } = recorded(host);
  const device = openDevice(EDU, { backend });
  device.config.command.update({ busMaster: true });
  const [vector] = device.enableInterrupts("msi").vectors;
  const bar = device.region("bar0");
  const wait = codeOfAsync(vector.wait());
  events();
  const closing = device.close({ timeoutMs: 1000 });
  assertEquals(device.closed, true);
  await Promise.all([closing, device.close({ timeoutMs: 1000 })]);
  device[Symbol.dispose]();
  const expected = [
    ...["VFIO_DEVICE_SET_IRQS", "close signal", "VFIO_DEVICE_SET_IRQS", "close signal"],
    ...["pread", "pread", "pwrite", `close ${EDU}`, "close group 10", "close container"],
  ];
  assertEquals(events(), expected);
  assertEquals([await wait, codeOf(() => bar.read32(0)), host.holdings()], ["EBADF", "EBADF", NOTHING]);
  assertEquals(command(host, EDU).master, false);
});

Deno.test("PciDevice.close() says ETIMEDOUT after its deadline, and lets all else go", async () => {
  const host = machine();
  const device = openDevice(EDU, { backend: host });
  device.allocate(4096);
  device.enableInterrupts("msi");
  await assertRejects(() => device.close({ timeoutMs: -1 }), TypeError);
  assertEquals(device.closed, false);
  hang(device, Symbol.asyncDispose);
  const closing = assertRejects(() => device.close({ timeoutMs: 1 }), VfioError);
  device[Symbol.dispose]();
  const error = await closing;
  assertEquals([error.code, error.operation, error.subject], ["ETIMEDOUT", "close", EDU]);
  // Only the device's descriptor is left, in the hands of the kernel.
  assertEquals([device.closed, host.holdings()], [true, { descriptors: 1, mappings: 0 }]);
  device.model[Symbol.dispose]();
});

Deno.test("PciDevice.close() takes every step, also when one before it fails", async () => {
  const host = machine();
  for (let nth = 1; nth <= 5; nth++) {
    const device = openDevice(EDU, { backend: host });
    device.enableInterrupts("msi");
    device.config.command.update({ busMaster: true });
    device.region("bar0");
    host.calls.fail(nth, "EIO");
    assertEquals(await codeOfAsync(device.close({ timeoutMs: 1000 })), "EIO", `call ${nth}`);
    assertEquals([device.closed, host.holdings()], [true, NOTHING], `call ${nth}`);
  }
});

Deno.test("PciDevice says EBADF to everything after dispose, while its space lives", async () => {
  const host = machine();
  for (const end of ["dispose", "close"]) {
    using space = new AddressSpace({ backend: host });
    const device = space.open(NVME);
    const trapped = device.region("config");
    const bar = device.region("bar0");
    using memory = host.allocate(4096);
    if (end === "close") void device.close({ timeoutMs: 1000 });
    else device[Symbol.dispose]();
    const calls: Record<string, () => unknown> = {
      region: () => device.region("bar0"),
      allocate: () => device.allocate(4096),
      map: () => device.map(memory),
      enableInterrupts: () => device.enableInterrupts("msix"),
      config: () => device.config.command.read(),
      "config.write": () => device.config.command.update({ busMaster: true }),
      "bar.read32": () => bar.read32(0),
      "bar.write32": () => bar.write32(0, 0),
      "trapped.read16": () => trapped.read16(0),
      reset: () => device.reset(),
    };
    if (end === "close") await Promise.resolve();
    const codes = Object.entries(calls).map(([name, call]) => [name, codeOf(call)]);
    assertEquals(codes, Object.keys(calls).map((name) => [name, "EBADF"]), end);
    assertEquals(await codeOfAsync(device.resetAsync({ timeoutMs: 1 })), "EBADF");
    assertEquals([bar.size, device.releaseRequests?.closed, space.closed], [0, true, false]);
  }
  assertEquals(host.holdings(), NOTHING);
});

Deno.test("PciDevice dispose lets all go also when the model's device was closed under it", () => {
  const host = machine();
  const device = openDevice(EDU, { backend: host });
  device.enableInterrupts("msi");
  device.region("bar0");
  device.allocate(4096);
  device.model[Symbol.dispose]();
  assertEquals(device.closed, true);
  device[Symbol.dispose]();
  assertEquals([device.space.closed, host.holdings()], [true, NOTHING]);
});

Deno.test("PciDevice dispose lets all go also when the device is gone", () => {
  const host = machine();
  const device = openDevice(EDU, { backend: host });
  device.enableInterrupts("msi");
  device.region("bar0");
  host.inject(EDU, "gone");
  assertEquals(device.region("bar0").read32(0), 0xffff_ffff);
  device[Symbol.dispose]();
  assertEquals(host.holdings(), NOTHING);
});

Deno.test("PciDevice.clock is what until() and untilAsync() go by", async () => {
  const host = machine();
  using device = openDevice(EDU, { backend: host });
  const bar = device.region("bar0");
  const start = device.clock.now();
  const run = () => (bar.write32(8, 5), () => (bar.read32(0x20) & 1) === 0 && bar.read32(8));
  assertEquals(until(device.clock, run(), { timeoutMs: 10 }), 120);
  assertEquals(await untilAsync(device.clock, run(), { timeoutMs: 10 }), 120);
  assert(device.clock.now() - start < 10);
  assertEquals(codeOf(() => until(device.clock, () => false, { timeoutMs: 5000 })), "ETIMEDOUT");
  assertEquals(await codeOfAsync(untilAsync(device.clock, () => false, { timeoutMs: 5000 })), "ETIMEDOUT");
  assert(device.clock.now() - start >= 10_000);
});
