import { assertEquals } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { msi as msiCapability } from "../../../devices/capabilities.ts";
import { ConfigSpace } from "../../../devices/config_space.ts";
import { PassiveDevice } from "../../../devices/passive/passive_device.ts";
import { passiveE1000e } from "../../../devices/passive/shapes.ts";
import { connect, EDU, INTX, machine, MSI, MSIX, NVME, RAISE, set } from "./irq_bench.ts";
import { hardware, ready } from "./ready.ts";

Deno.test("MSI: bad requests leave it off, a missing signal does not", () => {
  const { host } = machine();
  using open = ready(host, EDU);
  const { device } = open;
  const closed = host.createSignal();
  closed[Symbol.dispose]();
  assertEquals(connect(device, MSI, [null, null]), "EINVAL");
  assertEquals(connect(device, MSI, [closed]), "EBADF");
  assertEquals([connect(device, INTX, [null]), set(device, INTX, { none: 0 })], ["0", "0"]);
  assertEquals(connect(device, MSI, [null]), "0");
  assertEquals([connect(device, INTX, [null]), set(device, MSI, { none: 1 })], ["EINVAL", "0"]);
  assertEquals([set(device, MSI, { none: 0 }), set(device, MSI, { none: 0 })], ["0", "EINVAL"]);
});

Deno.test("MSI without any signal is out of range; with MSI on it changes nothing", () => {
  const { host } = machine();
  using open = ready(host, EDU);
  using signal = host.createSignal();
  assertEquals(connect(open.device, MSI, []), "ERANGE");
  assertEquals(set(open.device, MSI, { bools: [] }), "EINVAL");
  connect(open.device, MSI, [signal]);
  assertEquals(connect(open.device, MSI, []), "0");
  set(open.device, MSI, { none: 1 });
  assertEquals(signal.read(), 1);
});

Deno.test("MSI reaches the host only from a bus master, and leaves INTx Disable as it was", () => {
  const { host } = machine();
  using open = ready(host, EDU);
  using signal = host.createSignal();
  const bar = open.device.region(0);
  connect(open.device, MSI, [signal]);
  assertEquals(hardware(host, EDU, 4, 2) & 0x400, 0);
  bar.write32(RAISE, 1);
  assertEquals(signal.read(), 0);
  open.device.region(7).write16(4, 6);
  bar.write32(RAISE, 1);
  bar.write32(RAISE, 1);
  assertEquals(signal.read(), 2);
  open.device.region(7).write16(4, 0x406);
  set(open.device, MSI, { none: 0 });
  assertEquals(hardware(host, EDU, 4, 2) & 0x400, 0x400);
});

Deno.test("MSI-X signals exactly the vectors that are asked for, or that the device fires", () => {
  const { host, nvme } = machine();
  using open = ready(host, NVME);
  using a = host.createSignal();
  using b = host.createSignal();
  const counts = () => [a.read(), b.read()];
  assertEquals(connect(open.device, MSIX, [a, b]), "0");
  set(open.device, MSIX, { none: 2 });
  assertEquals(counts(), [1, 1]);
  set(open.device, MSIX, { bools: [false, true] });
  assertEquals(counts(), [0, 1]);
  open.device.region(7).write16(4, 6);
  nvme.fire(1);
  nvme.fire(0);
  nvme.fire(1);
  nvme.fire(7);
  assertEquals(counts(), [1, 2]);
});

Deno.test("MSI-X grows while it is on, where the kernel can do that", () => {
  const late = (kernel: "6.1" | "6.12" | "7.2") => {
    const { host, nvme } = machine(kernel);
    using open = ready(host, NVME);
    using a = host.createSignal();
    using c = host.createSignal();
    connect(open.device, MSIX, [a, a]);
    const codes = [connect(open.device, MSIX, [c], 2), set(open.device, MSIX, { none: 4 })];
    open.device.region(7).write16(4, 6);
    nvme.fire(2);
    return [...codes, c.read()];
  };
  assertEquals(late("6.1"), ["EINVAL", "EINVAL", 0]);
  assertEquals(late("6.12"), ["0", "0", 2]);
  assertEquals(late("7.2"), ["0", "0", 2]);
});

Deno.test("MSI-X may begin in the middle; vectors before are there, without a signal", () => {
  const begin = (kernel: "6.1" | "7.2") => {
    const { host } = machine(kernel);
    using open = ready(host, NVME);
    using signal = host.createSignal();
    const { device } = open;
    return [
      connect(device, MSIX, [signal], 3),
      connect(device, MSIX, [signal], 1),
      connect(device, MSIX, [signal], 10),
      connect(device, MSIX, [signal], 65),
      connect(device, MSIX, [signal], 64),
    ];
  };
  assertEquals(begin("6.1"), ["0", "0", "EINVAL", "EINVAL", "EINVAL"]);
  assertEquals(begin("7.2"), ["0", "0", "0", "EINVAL", "0"]);
});

Deno.test("MSI-X without a signal, from vector 3 on: new kernels switch it on, old ones refuse", () => {
  const empty = (kernel: "6.1" | "7.2") => {
    const { host } = machine(kernel);
    using open = ready(host, NVME);
    return [connect(open.device, MSIX, [], 3), connect(open.device, INTX, [null])];
  };
  assertEquals(empty("6.1"), ["EINVAL", "0"]);
  assertEquals(empty("7.2"), ["0", "EINVAL"]);
});

Deno.test("MSI-X: an error in the middle of a block disconnects what the block is about, and leaves MSI-X on", () => {
  const { host } = machine();
  using open = ready(host, NVME);
  using a = host.createSignal();
  using b = host.createSignal();
  const closed = host.createSignal();
  closed[Symbol.dispose]();
  connect(open.device, MSIX, [a, b]);
  assertEquals(connect(open.device, MSIX, [b, closed]), "EBADF");
  set(open.device, MSIX, { none: 2 });
  assertEquals([a.read(), b.read()], [0, 0]);
  assertEquals([connect(open.device, INTX, [null]), connect(open.device, MSIX, [a])], ["EINVAL", "0"]);
});

Deno.test("MSI keeps a message that comes while no signal is connected for the next one that is", () => {
  const { host } = machine();
  using open = ready(host, EDU);
  using signal = host.createSignal();
  open.device.region(7).write16(4, 6);
  connect(open.device, MSI, [null]);
  open.device.region(0).write32(RAISE, 1);
  open.device.region(0).write32(RAISE, 1);
  connect(open.device, MSI, [signal]);
  assertEquals([signal.read(), signal.read()], [1, 0]);
  connect(open.device, MSI, [null]);
  open.device.region(0).write32(RAISE, 1);
  connect(open.device, MSI, [signal]);
  assertEquals(signal.read(), 0, "a vector that was connected once is shut down");
});

Deno.test("MSI leaves no message in the device when its vectors are freed", () => {
  const { host } = machine();
  using open = ready(host, EDU);
  connect(open.device, MSI, [null]);
  assertEquals(hardware(host, EDU, 0x44, 4) >>> 20, 0xfee);
  set(open.device, MSI, { none: 0 });
  assertEquals([hardware(host, EDU, 0x44, 4), hardware(host, EDU, 0x4c, 2)], [0, 0]);
});

Deno.test("MSI-X is not enabled while the device sleeps", () => {
  const { host } = machine();
  using open = ready(host, NVME);
  open.device.region(7).write16(0x64, 3);
  assertEquals(connect(open.device, MSIX, [null]), "EINVAL");
  open.device.region(7).write16(0x64, 0);
  assertEquals(connect(open.device, MSIX, [null]), "0");
});

Deno.test("MSI keeps its message in a device that sleeps when its vectors are freed", () => {
  const host = new EmulatedHost().plug(EDU, passiveE1000e());
  using open = ready(host, EDU);
  connect(open.device, MSI, [null]);
  open.device.region(7).write16(0xcc, 3);
  set(open.device, MSI, { none: 0 });
  assertEquals([hardware(host, EDU, 0xd4, 4) >>> 20, hardware(host, EDU, 0xd2, 2) & 1], [0xfee, 0]);
});

Deno.test("MSI without 64-bit addresses has its data behind the lower half", () => {
  const space = new ConfigSpace({ vendor: 1, device: 2, classCode: 0xff0000, gaps: "memory" })
    .capability(msiCapability({ address64: false, vectors: 4, at: 0x40 }));
  const model = new PassiveDevice(space);
  const host = new EmulatedHost().plug(EDU, model);
  using open = ready(host, EDU);
  using first = host.createSignal();
  using third = host.createSignal();
  space.write(0x48, 16, 0xffff);
  space.write(0x4c, 32, 0x1234_5678);
  connect(open.device, MSI, [first, null, third]);
  assertEquals([hardware(host, EDU, 0x44, 4) >>> 20, hardware(host, EDU, 0x48, 2)], [0xfee, 0]);
  assertEquals([hardware(host, EDU, 0x42, 2) & 0x71, hardware(host, EDU, 0x4c, 4)], [0x21, 0x1234_5678]);
  open.device.region(7).write16(4, 6);
  for (const vector of [0, 2, 2]) model.fire(vector);
  assertEquals([first.read(), third.read()], [1, 2]);
  space.write(0x48, 16, 0xffff);
  set(open.device, MSI, { none: 0 });
  assertEquals([hardware(host, EDU, 0x44, 4), hardware(host, EDU, 0x48, 2)], [0, 0]);
  assertEquals(hardware(host, EDU, 0x4c, 4), 0x1234_5678);
});

Deno.test("MSI-X writes a vector's message and mask into the table, and switches the function on", () => {
  const { host } = machine();
  using open = ready(host, NVME);
  using signal = host.createSignal();
  using table = open.device.region(0).map({ offset: 0x2000 });
  connect(open.device, MSIX, [null, signal, null]);
  const entry = (vector: number) => [0, 4, 8, 12].map((at) => table.read32(16 * vector + at));
  assertEquals(entry(1).slice(1), [0, 0, 0]);
  assertEquals([entry(1).map((word) => word >>> 20)[0], entry(0)[3], entry(2)[3], entry(3)], [0xfee, 1, 1, [
    0,
    0,
    0,
    1,
  ]]);
  assertEquals(hardware(host, NVME, 0x42, 2), 0x8040);
  set(open.device, MSIX, { none: 0 });
  assertEquals([entry(1)[3], hardware(host, NVME, 0x42, 2)], [1, 0x0040]);
  connect(open.device, MSIX, [signal]);
  connect(open.device, MSIX, [signal], 5);
  open.device.reset();
  assertEquals([entry(0)[3], entry(5)[3], entry(6)], [0, 0, [0, 0, 0, 1]], "one more vector is one");
});

Deno.test("MSI of vectors that were freed is blocked when it comes all the same", () => {
  const { host, nvme } = machine();
  using open = ready(host, NVME);
  using table = open.device.region(0).map({ offset: 0x2000 });
  connect(open.device, MSIX, [null]);
  open.device.region(7).write16(4, 6);
  const address = BigInt(table.read32(0));
  assertEquals([nvme.bus.writeMemory(address, new Uint8Array(4)), host.faults()], [true, []]);
  set(open.device, MSIX, { none: 0 });
  nvme.bus.writeMemory(address, new Uint8Array(4));
  assertEquals(host.faults().map(({ reason }) => reason.slice(0, 19)), ["[fault reason 0x22]"]);
});

Deno.test("MSI refuses to begin behind its last vector, also with no signal", () => {
  const { host } = machine();
  using open = ready(host, EDU);
  assertEquals([connect(open.device, MSI, [], 1), connect(open.device, MSI, [null], 1)], [
    "EINVAL",
    "EINVAL",
  ]);
});
