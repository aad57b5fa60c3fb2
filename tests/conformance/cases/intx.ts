/** INTx: enabled, masked, resent. */
import { assertEquals } from "@std/assert";
import { COMMAND, configOf, hardware, HEADER } from "../config.ts";
import { acknowledge, raise } from "../edu.ts";
import { refused } from "../expect.ts";
import type { Fixture } from "../fixture.ts";
import {
  arrived,
  closedSignal,
  connect,
  disable,
  INTX,
  loopback,
  loopbackEach,
  mask,
  MSI,
  notASignal,
  SET_IRQS,
  stray,
  unmask,
} from "../irqs.ts";
import { ready } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { promise, rule } from "../rule.ts";

/** An edu with INTx connected to a signal. */
function connected(machine: Fixture) {
  using stack = new DisposableStack();
  const edu = stack.use(ready(machine));
  const signal = stack.use(machine.backend.createSignal());
  connect(edu.device, INTX, signal);
  const held = stack.move();
  return { ...edu, signal, [Symbol.dispose]: () => held.dispose() };
}

export const intx: readonly Rule[] = [
  rule(
    132,
    "Device.setIrqs() on INTx refuses triggers and masks while nothing is enabled",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      const { device } = edu;
      refused(SET_IRQS, "EINVAL", () => loopback(device, INTX));
      refused(SET_IRQS, "EINVAL", () => disable(device, INTX));
      refused(SET_IRQS, "EINVAL", () => mask(device));
      refused(SET_IRQS, "EINVAL", () => unmask(device));
      refused(SET_IRQS, "EINVAL", () => connect(device, INTX));
    },
  ),

  rule(133, "Device.setIrqs() on INTx refuses a closed signal with EBADF, another descriptor with EINVAL", [
    "edu",
  ], (machine) => {
    using edu = ready(machine);
    refused(SET_IRQS, "EBADF", () => connect(edu.device, INTX, closedSignal(machine)));
    refused(SET_IRQS, "EINVAL", () => connect(edu.device, INTX, notASignal(edu.group)));
    refused(SET_IRQS, "EINVAL", () => loopback(edu.device, INTX));
  }),

  rule(134, "Device.setIrqs() enables INTx without a signal", ["edu"], (machine) => {
    using edu = ready(machine);
    using signal = machine.backend.createSignal();
    assertEquals(connect(edu.device, INTX, null), 0);
    refused(SET_IRQS, "EINVAL", () => connect(edu.device, MSI, signal));
    assertEquals(disable(edu.device, INTX), 0);
    assertEquals(connect(edu.device, MSI, signal), 0);
  }),

  rule(135, "Device.setIrqs() triggers INTx by loopback", ["edu"], (machine) => {
    using edu = connected(machine);
    const { device, signal } = edu;
    loopback(device, INTX);
    assertEquals(signal.read(), 1);
    loopbackEach(device, INTX, true);
    assertEquals(signal.read(), 1);
    loopbackEach(device, INTX, false);
    assertEquals(signal.read(), 0);
    refused(SET_IRQS, "EINVAL", () => connect(device, INTX));
    refused(SET_IRQS, "EINVAL", () => loopbackEach(device, INTX));
  }),

  rule(
    136,
    "Signal counts a device's INTx once; the device is masked behind the user's back",
    ["edu"],
    (machine) => {
      using edu = connected(machine);
      const config = configOf(edu.device);
      using _line = raise(edu.device);
      assertEquals(arrived(edu.signal), 1);
      assertEquals(stray(edu.signal), 0);
      assertEquals(
        hardware(machine, edu.address, HEADER.command, 2) & COMMAND.intxDisable,
        COMMAND.intxDisable,
      );
      assertEquals(config.read16(HEADER.command) & COMMAND.intxDisable, 0);
      assertEquals(config.read16(HEADER.status) & 8, 8);
    },
  ),

  rule(
    137,
    "Device.setIrqs() unmasking INTx sends it again while it is asserted, and only then",
    ["edu"],
    (machine) => {
      using edu = connected(machine);
      using _line = raise(edu.device);
      assertEquals(arrived(edu.signal), 1);
      assertEquals(unmask(edu.device), 0);
      assertEquals(arrived(edu.signal), 1);
      acknowledge(edu.device);
      assertEquals(unmask(edu.device), 0);
      assertEquals(stray(edu.signal), 0);
      using _again = raise(edu.device);
      assertEquals(arrived(edu.signal), 1);
    },
  ),

  rule(138, "Device.setIrqs() masking INTx holds it back until it is unmasked", ["edu"], (machine) => {
    using edu = connected(machine);
    mask(edu.device);
    using _line = raise(edu.device);
    assertEquals(stray(edu.signal), 0);
    unmask(edu.device);
    assertEquals(arrived(edu.signal), 1);
  }),

  rule(138, "Device.setIrqs() masks INTx only where the element is true", ["edu"], (machine) => {
    using edu = connected(machine);
    edu.device.setIrqs({ index: INTX, action: "mask", bools: [false] });
    using _line = raise(edu.device);
    assertEquals(arrived(edu.signal), 1);
    acknowledge(edu.device);
    edu.device.setIrqs({ index: INTX, action: "unmask", bools: [true] });
    edu.device.setIrqs({ index: INTX, action: "mask", bools: [true] });
    using _again = raise(edu.device);
    assertEquals(stray(edu.signal), 0);
  }),

  rule(
    139,
    "Device.setIrqs() unmasks INTx by a signal, whose counts the kernel takes",
    ["edu"],
    (machine) => {
      using edu = connected(machine);
      const { device, signal } = edu;
      using resume = machine.backend.createSignal();
      const by = (action: "mask" | "unmask", to: typeof resume | null) =>
        device.setIrqs({ index: INTX, action, signals: [to] });
      refused(SET_IRQS, "ENOTTY", () => by("mask", resume));
      refused(SET_IRQS, "EBADF", () => by("unmask", closedSignal(machine)));
      refused(SET_IRQS, "EINVAL", () => by("unmask", notASignal(edu.group)));
      assertEquals(by("unmask", resume), 0);
      refused(SET_IRQS, "EBUSY", () => by("unmask", resume));
      using _line = raise(device);
      assertEquals(arrived(signal), 1);
      resume.notify();
      assertEquals(arrived(signal), 1);
      assertEquals(resume.read(), 0);
      assertEquals(by("unmask", null), 0);
      resume.notify();
      assertEquals(stray(signal), 0);
      assertEquals(resume.read(), 1);
    },
  ),

  rule(140, "Region of the config space suppresses INTx by Command's bit 10, and delivers it when cleared", [
    "edu",
  ], (machine) => {
    using edu = connected(machine);
    const { device, signal } = edu;
    const config = configOf(device);
    const command = config.read16(HEADER.command);
    config.write16(HEADER.command, command | COMMAND.intxDisable);
    loopback(device, INTX);
    assertEquals(signal.read(), 0);
    using _line = raise(device);
    assertEquals(stray(signal), 0);
    unmask(device);
    assertEquals(stray(signal), 0);
    config.write16(HEADER.command, command);
    assertEquals(arrived(signal), 1);
  }),

  rule(
    141,
    "Device.setIrqs() replaces INTx's signal, or takes it away, and INTx stays enabled",
    ["edu"],
    (machine) => {
      using edu = connected(machine);
      const { device, signal } = edu;
      using next = machine.backend.createSignal();
      connect(device, INTX, next);
      loopback(device, INTX);
      assertEquals([signal.read(), next.read()], [0, 1]);
      connect(device, INTX, null);
      assertEquals(loopback(device, INTX), 0);
      assertEquals([signal.read(), next.read()], [0, 0]);
      refused(SET_IRQS, "EINVAL", () => connect(device, MSI, signal));
    },
  ),

  promise("Device.setIrqs() disables INTx, and a raised line then reaches nobody", ["edu"], (machine) => {
    using edu = connected(machine);
    disable(edu.device, INTX);
    using _line = raise(edu.device);
    assertEquals(stray(edu.signal), 0);
    refused(SET_IRQS, "EINVAL", () => disable(edu.device, INTX));
  }),

  promise("Signal of an interrupt may be disposed of while it is connected", ["edu"], (machine) => {
    using edu = connected(machine);
    edu.signal[Symbol.dispose]();
    using _line = raise(edu.device);
    assertEquals(loopback(edu.device, INTX), 0);
  }),
];
