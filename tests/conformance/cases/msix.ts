/** MSI-X: blocks of vectors, and vectors added later. */
import { assertEquals } from "@std/assert";
import type { Device } from "../../../core/device.ts";
import type { Signal } from "../../../core/signal.ts";
import { answers, refused } from "../expect.ts";
import type { Fixture } from "../fixture.ts";
import { closedSignal, connect, connectFrom, INTX, loopback, loopbackEach, MSIX, SET_IRQS } from "../irqs.ts";
import { ready } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { byKernel, rule } from "../rule.ts";

/** Whether vectors may be added while MSI-X is enabled: since Linux 6.5, where the platform can. */
function grows(machine: Fixture): "EINVAL" | 0 {
  return byKernel(machine, { "6.1": "EINVAL", "6.12": 0, "7.2": 0 });
}

/** Triggers one vector. */
function poke(device: Device, vector: number): void {
  device.setIrqs({ index: MSIX, start: vector, action: "trigger", none: 1 });
}

function counts(...signals: Signal[]): number[] {
  return signals.map((signal) => signal.read());
}

export const msix: readonly Rule[] = [
  rule(146, "Device.setIrqs() enables a block of MSI-X vectors and triggers each", ["nvme"], (machine) => {
    using nvme = ready(machine, "nvme");
    using a = machine.backend.createSignal();
    using b = machine.backend.createSignal();
    assertEquals(connect(nvme.device, MSIX, a, b), 0);
    loopback(nvme.device, MSIX, 2);
    assertEquals(counts(a, b), [1, 1]);
    loopbackEach(nvme.device, MSIX, false, true);
    assertEquals(counts(a, b), [0, 1]);
  }),

  rule(
    147,
    "Device.setIrqs() adds MSI-X vectors to enabled ones where the platform can",
    ["nvme"],
    (machine) => {
      using nvme = ready(machine, "nvme");
      using a = machine.backend.createSignal();
      using late = machine.backend.createSignal();
      const { device } = nvme;
      connect(device, MSIX, a, a);
      answers(SET_IRQS, grows(machine), () => connectFrom(device, MSIX, 2, late));
      answers(SET_IRQS, grows(machine), () => loopback(device, MSIX, 4));
      assertEquals(counts(a, late), grows(machine) === 0 ? [2, 1] : [0, 0]);
    },
  ),

  rule(148, "Device.setIrqs() that fails inside a block leaves its vectors empty, and MSI-X enabled", [
    "nvme",
  ], (machine) => {
    using nvme = ready(machine, "nvme");
    using a = machine.backend.createSignal();
    using b = machine.backend.createSignal();
    const { device } = nvme;
    connect(device, MSIX, a, b);
    refused(SET_IRQS, "EBADF", () => connect(device, MSIX, a, closedSignal(machine)));
    assertEquals(loopback(device, MSIX, 2), 0);
    assertEquals(counts(a, b), [0, 0]);
    refused(SET_IRQS, "EINVAL", () => connect(device, INTX, a));
    assertEquals(connect(device, MSIX, a), 0);
    poke(device, 0);
    assertEquals(counts(a, b), [1, 0]);
  }),

  rule(
    149,
    "Device.setIrqs() enables MSI-X from a later vector on, and fills in earlier ones",
    ["nvme"],
    (machine) => {
      using nvme = ready(machine, "nvme");
      using third = machine.backend.createSignal();
      using first = machine.backend.createSignal();
      const { device } = nvme;
      assertEquals(connectFrom(device, MSIX, 3, third), 0);
      poke(device, 3);
      assertEquals(counts(third), [1]);
      assertEquals(connectFrom(device, MSIX, 1, first), 0);
      poke(device, 1);
      assertEquals(counts(first, third), [1, 0]);
      answers(SET_IRQS, grows(machine), () => connectFrom(device, MSIX, 10, first));
    },
  ),

  rule(150, "Device.setIrqs() refuses an MSI-X vector past the table with EINVAL", ["nvme"], (machine) => {
    using nvme = ready(machine, "nvme");
    using signal = machine.backend.createSignal();
    refused(SET_IRQS, "EINVAL", () => connectFrom(nvme.device, MSIX, 65, signal));
    refused(SET_IRQS, "EINVAL", () => connectFrom(nvme.device, MSIX, 64, signal, signal));
    assertEquals(connectFrom(nvme.device, MSIX, 64, signal), 0);
    poke(nvme.device, 64);
    assertEquals(counts(signal), [1]);
  }),

  rule(
    182,
    "Device.setIrqs() with no MSI-X vector enables it where vectors may be added",
    ["nvme"],
    (machine) => {
      using nvme = ready(machine, "nvme");
      using signal = machine.backend.createSignal();
      const { device } = nvme;
      answers(SET_IRQS, grows(machine), () => connectFrom(device, MSIX, 3));
      if (grows(machine) === 0) refused(SET_IRQS, "EINVAL", () => connect(device, INTX, signal));
      else assertEquals(connect(device, INTX, signal), 0);
    },
  ),

  rule(183, "Device.setIrqs() refuses no MSI-X elements at all while nothing is enabled with EINVAL", [
    "nvme",
  ], (machine) => {
    using nvme = ready(machine, "nvme");
    refused(SET_IRQS, "EINVAL", () => loopbackEach(nvme.device, MSIX));
  }),
];
