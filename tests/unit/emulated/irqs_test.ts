import { assertEquals, assertThrows } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { passiveNvme } from "../../../devices/passive/shapes.ts";
import type { PassiveDevice } from "../../../devices/passive/passive_device.ts";
import { connect, EDU, ERR, INTX, machine, MSI, MSIX, NVME, REQ, set } from "./irq_bench.ts";
import { codeOf, hardware, ready } from "./ready.ts";

Deno.test("Device.irqInfo() tells counts and flags", () => {
  const { host } = machine();
  const shape = (address: string) => {
    using open = ready(host, address);
    return [INTX, MSI, MSIX, ERR, REQ, 5].map((index) => {
      let told = "";
      const code = codeOf(() => {
        const { eventfd, maskable, automasked, noresize, count } = open.device.irqInfo(index);
        const flags = (eventfd ? 1 : 0) | (maskable ? 2 : 0) | (automasked ? 4 : 0) | (noresize ? 8 : 0);
        told = `${flags}x${count}`;
      });
      return code === "0" ? told : code;
    });
  };
  assertEquals(shape(EDU), ["7x1", "9x1", "9x0", "EINVAL", "9x1", "EINVAL"]);
  assertEquals(shape(NVME), ["7x1", "9x0", "1x65", "9x1", "9x1", "EINVAL"]);
  using old = ready(machine("6.1").host, NVME);
  assertEquals(old.device.irqInfo(MSIX).noresize, true);
});

Deno.test("Device.setIrqs() refuses vectors that are not there before it looks at the action", () => {
  const { host } = machine();
  using open = ready(host, EDU);
  const { device } = open;
  assertEquals(set(device, 5, { none: 1 }), "EINVAL");
  assertEquals(set(device, INTX, { start: 1, none: 1, action: "mask" }), "EINVAL");
  assertEquals(set(device, INTX, { none: 2 }), "EINVAL");
  assertEquals(set(device, INTX, { none: 0xffff_ffff }), "EINVAL");
  assertEquals(set(device, MSI, { none: 1, action: "mask" }), "ENOTTY");
  assertEquals(set(device, MSI, { none: 1, action: "unmask" }), "ENOTTY");
  for (const index of [MSIX, ERR]) assertEquals(set(device, index, { none: 0, action: "mask" }), "EINVAL");
  assertThrows(() => device.setIrqs({ index: -1, action: "trigger", none: 1 }), TypeError);
});

Deno.test("Device.setIrqs() gives how many vectors the platform has when that is fewer, and enables nothing", () => {
  const host = new EmulatedHost({ vectorLimit: 4 }).plug(NVME, passiveNvme());
  using open = ready(host, NVME);
  using signal = host.createSignal();
  const signals = Array.from({ length: 5 }, () => signal);
  assertEquals(open.device.setIrqs({ index: MSIX, action: "trigger", signals }), 4);
  assertEquals(open.device.setIrqs({ index: MSIX, action: "trigger", signals: signals.slice(1) }), 0);
});

Deno.test("ERR and REQ are independent of the others and of each other", () => {
  const { host } = machine();
  using open = ready(host, NVME);
  using err = host.createSignal();
  using req = host.createSignal();
  using vector = host.createSignal();
  const { device } = open;
  const closed = host.createSignal();
  closed[Symbol.dispose]();
  for (const index of [ERR, REQ]) {
    assertEquals(set(device, index, { none: 1 }), "EINVAL");
    assertEquals(set(device, index, { bools: [true] }), "0");
    assertEquals(set(device, index, { bools: [] }), "EINVAL");
    assertEquals(connect(device, index, []), "EINVAL");
    assertEquals(connect(device, index, [closed]), "EBADF");
    assertEquals(set(device, index, { none: 1, action: "mask" }), "ENOTTY");
  }
  assertEquals([connect(device, ERR, [err]), connect(device, REQ, [req])], ["0", "0"]);
  assertEquals(connect(device, MSIX, [vector]), "0");
  set(device, REQ, { none: 1 });
  assertEquals([err.read(), req.read()], [0, 1]);
  host.inject(NVME, "error");
  assertEquals([err.read(), req.read()], [1, 0]);
  assertEquals([set(device, REQ, { none: 0 }), set(device, REQ, { none: 0 })], ["0", "EINVAL"]);
  assertEquals(connect(device, ERR, [null]), "0");
  host.inject(NVME, "error");
  assertEquals(err.read(), 0);
});

Deno.test("Irqs are off after the last close, and only then", () => {
  const { host, nvme } = machine();
  using open = ready(host, NVME);
  using signal = host.createSignal();
  const second = open.group.openDevice(NVME);
  connect(open.device, MSIX, [signal]);
  second.region(7).write16(4, 6);
  open.device[Symbol.dispose]();
  nvme.fire();
  assertEquals(signal.read(), 1);
  second[Symbol.dispose]();
  nvme.fire();
  assertEquals(signal.read(), 0);
  assertEquals(hardware(host, NVME, 0x42, 2), 0x0040);
});

Deno.test("EmulatedHost.inject() loses one interrupt, the next one arrives", () => {
  const { host, nvme } = machine();
  using open = ready(host, NVME);
  using signal = host.createSignal();
  connect(open.device, MSIX, [signal]);
  open.device.region(7).write16(4, 6);
  host.inject(NVME, "loses-interrupt");
  nvme.fire();
  assertEquals(signal.read(), 0);
  nvme.fire();
  assertEquals(signal.read(), 1);
});

Deno.test("A device that writes to another's interrupt is blocked, and a fault is recorded", () => {
  const { host, nvme } = machine();
  const other: PassiveDevice = passiveNvme();
  host.plug("0000:00:03.0", other);
  using open = ready(host, NVME);
  using stranger = ready(host, "0000:00:03.0");
  using signal = host.createSignal();
  connect(open.device, MSIX, [signal]);
  stranger.device.region(7).write16(4, 6);
  open.device.region(7).write16(4, 6);
  nvme.fire();
  assertEquals(signal.read(), 1);
  const message = new Uint8Array(4);
  assertEquals(other.bus.writeMemory(0xfee0_0018n, message), true);
  assertEquals(signal.read(), 0);
  assertEquals(host.faults().map(({ address, reason }) => [address, reason.slice(0, 19)]), [
    ["0000:00:03.0", "[fault reason 0x26]"],
  ]);
});
