import { assertEquals, assertThrows } from "@std/assert";
import type { Signal } from "../../../core/signal.ts";
import { ACKNOWLEDGE, connect, EDU, INTX, machine, MSI, RAISE, set } from "./irq_bench.ts";
import { hardware, ready } from "./ready.ts";

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
