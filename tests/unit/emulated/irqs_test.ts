import { assertEquals, assertThrows } from "@std/assert";
import type { Device } from "../../../core/device.ts";
import type { IrqRequest } from "../../../core/irq.ts";
import type { Signal } from "../../../core/signal.ts";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import { passiveNvme } from "../../../devices/passive/shapes.ts";
import type { PassiveDevice } from "../../../devices/passive/passive_device.ts";
import { codeOf, hardware, ready } from "./ready.ts";

const EDU = "0000:00:01.0";
const NVME = "0000:00:02.0";
const INTX = 0;
const MSI = 1;
const MSIX = 2;
const ERR = 3;
const REQ = 4;
const RAISE = 0x60;
const ACKNOWLEDGE = 0x64;

function machine(kernel: "6.1" | "6.12" | "7.2" = "7.2") {
  const nvme = passiveNvme();
  const host = new EmulatedHost({ kernel }).plug(EDU, new EmulatedEdu()).plug(NVME, nvme);
  return { host, nvme };
}

function set(device: Device, index: number, request: Partial<IrqRequest>): string {
  return codeOf(() => device.setIrqs({ index, action: "trigger", ...request } as IrqRequest));
}

function connect(device: Device, index: number, signals: (Signal | null)[], start = 0): string {
  return set(device, index, { start, signals });
}

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
  assertEquals(shape(EDU), ["7x1", "9x1", "1x0", "EINVAL", "9x1", "EINVAL"]);
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

Deno.test("INTx: nothing works before it is enabled but enabling", () => {
  const { host } = machine();
  using open = ready(host, EDU);
  const { device } = open;
  for (const request of [{ none: 1 }, { none: 0 }, { bools: [true] }, { signals: [] }]) {
    assertEquals(set(device, INTX, request), "EINVAL");
  }
  assertEquals(set(device, INTX, { none: 1, action: "mask" }), "EINVAL");
  using closed = host.createSignal();
  closed[Symbol.dispose]();
  assertEquals(connect(device, INTX, [closed]), "EBADF");
  assertEquals(connect(device, INTX, [open.group as unknown as Signal]), "EINVAL");
  assertThrows(() => device.setIrqs({ index: INTX, action: "trigger", signals: [{} as Signal] }), TypeError);
});

Deno.test("INTx enabled without a signal keeps MSI away until it is disabled", () => {
  const { host } = machine();
  using open = ready(host, EDU);
  using signal = host.createSignal();
  assertEquals(connect(open.device, INTX, [null]), "0");
  assertEquals(connect(open.device, MSI, [signal]), "EINVAL");
  assertEquals(set(open.device, INTX, { none: 0 }), "0");
  assertEquals(connect(open.device, MSI, [signal]), "0");
});

Deno.test("INTx loopback: by count, by boolean, and never by an empty request", () => {
  const { host } = machine();
  using open = ready(host, EDU);
  using signal = host.createSignal();
  connect(open.device, INTX, [signal]);
  set(open.device, INTX, { none: 1 });
  assertEquals(signal.read(), 1);
  set(open.device, INTX, { bools: [true] });
  assertEquals(signal.read(), 1);
  set(open.device, INTX, { bools: [false] });
  assertEquals(signal.read(), 0);
  assertEquals(set(open.device, INTX, { signals: [] }), "EINVAL");
  assertEquals(set(open.device, INTX, { bools: [] }), "EINVAL");
});

Deno.test("INTx masks itself when it fires; the user does not see the bit that does it", () => {
  const { host } = machine();
  using open = ready(host, EDU);
  using signal = host.createSignal();
  const bar = open.device.region(0);
  const config = open.device.region(7);
  connect(open.device, INTX, [signal]);
  bar.write32(RAISE, 1);
  bar.write32(RAISE, 2);
  assertEquals(signal.read(), 1);
  assertEquals(hardware(host, EDU, 4, 2) & 0x400, 0x400);
  assertEquals([config.read16(4) & 0x400, config.read16(6) & 8], [0, 8]);
  assertEquals(set(open.device, INTX, { none: 1, action: "unmask" }), "0");
  assertEquals(signal.read(), 1, "the line is still asserted");
  bar.write32(ACKNOWLEDGE, 3);
  set(open.device, INTX, { none: 1, action: "unmask" });
  assertEquals([signal.read(), hardware(host, EDU, 4, 2) & 0x400], [0, 0]);
  bar.write32(RAISE, 1);
  assertEquals(signal.read(), 1);
});

Deno.test("INTx masked by the user fires when it is unmasked", () => {
  const { host } = machine();
  using open = ready(host, EDU);
  using signal = host.createSignal();
  connect(open.device, INTX, [signal]);
  set(open.device, INTX, { bools: [false], action: "mask" });
  set(open.device, INTX, { bools: [true], action: "mask" });
  open.device.region(0).write32(RAISE, 1);
  assertEquals(signal.read(), 0);
  set(open.device, INTX, { bools: [false], action: "unmask" });
  assertEquals(signal.read(), 0);
  set(open.device, INTX, { none: 1, action: "unmask" });
  assertEquals(signal.read(), 1);
});

Deno.test("INTx is unmasked by a signal, whose counts the kernel takes", () => {
  const { host } = machine();
  using open = ready(host, EDU);
  using signal = host.createSignal();
  using unmask = host.createSignal();
  const bar = open.device.region(0);
  const by = (given: Signal | null) => set(open.device, INTX, { signals: [given], action: "unmask" });
  connect(open.device, INTX, [signal]);
  assertEquals(set(open.device, INTX, { signals: [unmask], action: "mask" }), "ENOTTY");
  assertEquals([by(unmask), by(unmask)], ["0", "EBUSY"]);
  bar.write32(RAISE, 1);
  assertEquals(signal.read(), 1);
  unmask.notify();
  assertEquals([signal.read(), unmask.read()], [1, 0]);
  bar.write32(ACKNOWLEDGE, 1);
  unmask.notify();
  assertEquals([signal.read(), hardware(host, EDU, 4, 2) & 0x400], [0, 0]);
  assertEquals([by(null), by(null)], ["0", "0"]);
  unmask.notify();
  assertEquals(unmask.read(), 1);
  unmask[Symbol.dispose]();
  assertEquals(by(unmask), "EBADF");
  assertEquals(by(open.group as unknown as Signal), "EINVAL");
});

Deno.test("INTx forgets its unmask signal when that is closed", () => {
  const { host } = machine();
  using open = ready(host, EDU);
  using signal = host.createSignal();
  const first = host.createSignal();
  using second = host.createSignal();
  connect(open.device, INTX, [signal]);
  set(open.device, INTX, { signals: [first], action: "unmask" });
  first[Symbol.dispose]();
  assertEquals(set(open.device, INTX, { signals: [second], action: "unmask" }), "0");
});

Deno.test("INTx disable in the user's Command suppresses everything, and lets it through when cleared", () => {
  const { host } = machine();
  using open = ready(host, EDU);
  using signal = host.createSignal();
  const config = open.device.region(7);
  connect(open.device, INTX, [signal]);
  config.write16(4, config.read16(4) | 0x400);
  set(open.device, INTX, { none: 1 });
  open.device.region(0).write32(RAISE, 1);
  set(open.device, INTX, { none: 1, action: "unmask" });
  assertEquals(signal.read(), 0);
  config.write8(5, config.read8(5) & ~4);
  assertEquals(signal.read(), 1);
});

Deno.test("INTx enabled under INTx disable starts masked", () => {
  const { host } = machine();
  using open = ready(host, EDU);
  using signal = host.createSignal();
  const config = open.device.region(7);
  config.write16(4, 0x0402);
  connect(open.device, INTX, [signal]);
  assertEquals(hardware(host, EDU, 4, 2) & 0x400, 0x400);
  open.device.region(0).write32(RAISE, 1);
  assertEquals(signal.read(), 0);
  config.write16(4, 0x0002);
  assertEquals(signal.read(), 1);
});

Deno.test("INTx changes its signal without losing the line", () => {
  const { host } = machine();
  using open = ready(host, EDU);
  using first = host.createSignal();
  using second = host.createSignal();
  connect(open.device, INTX, [first]);
  connect(open.device, INTX, [second]);
  set(open.device, INTX, { none: 1 });
  assertEquals([first.read(), second.read()], [0, 1]);
  connect(open.device, INTX, [null]);
  assertEquals(set(open.device, INTX, { none: 1 }), "0");
  assertEquals([first.read(), second.read()], [0, 0]);
});

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

Deno.test("MSI reaches the host only from a bus master, and INTx is off meanwhile", () => {
  const { host } = machine();
  using open = ready(host, EDU);
  using signal = host.createSignal();
  const bar = open.device.region(0);
  connect(open.device, MSI, [signal]);
  assertEquals(hardware(host, EDU, 4, 2) & 0x400, 0x400);
  bar.write32(RAISE, 1);
  assertEquals(signal.read(), 0);
  open.device.region(7).write16(4, 6);
  bar.write32(RAISE, 1);
  bar.write32(RAISE, 1);
  assertEquals(signal.read(), 2);
  set(open.device, MSI, { none: 0 });
  assertEquals(hardware(host, EDU, 4, 2) & 0x400, 0);
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
