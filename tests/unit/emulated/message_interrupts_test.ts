import { assertEquals } from "@std/assert";
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
