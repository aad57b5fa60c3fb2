/** MSI: one message, one count. */
import { assertEquals } from "@std/assert";
import { raise, setBusMaster } from "../edu.ts";
import { refused } from "../expect.ts";
import {
  arrived,
  closedSignal,
  connect,
  disable,
  ERR,
  INTX,
  loopback,
  loopbackEach,
  MSI,
  MSIX,
  notASignal,
  SET_IRQS,
  stray,
} from "../irqs.ts";
import { ready } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { promise, rule } from "../rule.ts";

export const msi: readonly Rule[] = [
  rule(
    130,
    "Device.setIrqs() refuses indexes and vectors that are not there with EINVAL",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      const { device } = edu;
      refused(SET_IRQS, "EINVAL", () => loopback(device, 5));
      refused(SET_IRQS, "EINVAL", () => device.setIrqs({ index: MSI, start: 1, action: "trigger", none: 1 }));
      refused(SET_IRQS, "EINVAL", () => loopback(device, MSI, 2));
      refused(SET_IRQS, "EINVAL", () => loopback(device, MSI, 0xffff_ffff));
      refused(SET_IRQS, "EINVAL", () => device.setIrqs({ index: INTX, start: 1, action: "mask", none: 1 }));
    },
  ),

  rule(142, "Device.setIrqs() enables MSI with a signal a vector, or none", ["edu"], (machine) => {
    using edu = ready(machine);
    using signal = machine.backend.createSignal();
    const { device } = edu;
    refused(SET_IRQS, "EINVAL", () => connect(device, MSI, signal, signal));
    refused(SET_IRQS, "EBADF", () => connect(device, MSI, closedSignal(machine)));
    refused(SET_IRQS, "EINVAL", () => connect(device, MSI, notASignal(edu.group)));
    refused(SET_IRQS, "EINVAL", () => loopback(device, MSI));
    assertEquals(connect(device, MSI, null), 0);
    refused(SET_IRQS, "EINVAL", () => connect(device, INTX, signal));
    assertEquals(loopback(device, MSI), 0);
  }),

  rule(143, "Signal counts each MSI, triggered by loopback or sent by the device", ["edu"], (machine) => {
    using edu = ready(machine);
    using signal = machine.backend.createSignal();
    const { device } = edu;
    connect(device, MSI, signal);
    loopback(device, MSI);
    assertEquals(signal.read(), 1);
    loopbackEach(device, MSI, true);
    loopbackEach(device, MSI, true);
    loopbackEach(device, MSI, false);
    assertEquals(signal.read(), 2);
    setBusMaster(device, true);
    using _first = raise(device);
    assertEquals(arrived(signal), 1);
    using _second = raise(device);
    assertEquals(arrived(signal), 1);
    for (const action of ["mask", "unmask"] as const) {
      refused(SET_IRQS, "ENOTTY", () => device.setIrqs({ index: MSI, action, none: 1 }));
    }
  }),

  rule(143, "Signal counts no MSI of a device that is not bus master", ["edu"], (machine) => {
    using edu = ready(machine);
    using signal = machine.backend.createSignal();
    connect(edu.device, MSI, signal);
    using _causes = raise(edu.device);
    assertEquals(stray(signal), 0);
  }),

  rule(144, "Device.setIrqs() disables MSI once", ["edu"], (machine) => {
    using edu = ready(machine);
    using signal = machine.backend.createSignal();
    connect(edu.device, MSI, signal);
    assertEquals(disable(edu.device, MSI), 0);
    refused(SET_IRQS, "EINVAL", () => disable(edu.device, MSI));
    refused(SET_IRQS, "EINVAL", () => loopback(edu.device, MSI));
    assertEquals(connect(edu.device, INTX, signal), 0);
  }),

  rule(
    145,
    "Device.setIrqs() refuses MSI-X and ERR on a device that has neither with EINVAL",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      using signal = machine.backend.createSignal();
      for (const index of [MSIX, ERR]) {
        refused(SET_IRQS, "EINVAL", () => connect(edu.device, index, signal));
        refused(SET_IRQS, "EINVAL", () => disable(edu.device, index));
      }
    },
  ),

  rule(181, "Device.setIrqs() refuses to enable MSI with no vector with ERANGE; enabled, nothing changes", [
    "edu",
  ], (machine) => {
    using edu = ready(machine);
    using signal = machine.backend.createSignal();
    refused(SET_IRQS, "ERANGE", () => connect(edu.device, MSI));
    connect(edu.device, MSI, signal);
    assertEquals(connect(edu.device, MSI), 0);
    loopback(edu.device, MSI);
    assertEquals(signal.read(), 1);
  }),

  rule(
    183,
    "Device.setIrqs() refuses no elements at all while nothing is enabled with EINVAL",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      for (const index of [INTX, MSI]) refused(SET_IRQS, "EINVAL", () => loopbackEach(edu.device, index));
    },
  ),

  promise(
    "Device.setIrqs() replaces MSI's signal, and null leaves the vector without",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      using first = machine.backend.createSignal();
      using second = machine.backend.createSignal();
      const { device } = edu;
      connect(device, MSI, first);
      connect(device, MSI, second);
      loopback(device, MSI);
      assertEquals([first.read(), second.read()], [0, 1]);
      connect(device, MSI, null);
      loopback(device, MSI);
      assertEquals([first.read(), second.read()], [0, 0]);
      refused(SET_IRQS, "EINVAL", () => connect(device, INTX, first));
    },
  ),
];
