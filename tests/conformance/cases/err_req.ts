/** ERR and REQ: one signal each, beside whichever interrupt is enabled. */
import { assertEquals } from "@std/assert";
import { refused } from "../expect.ts";
import {
  closedSignal,
  connect,
  disable,
  ERR,
  loopback,
  loopbackEach,
  MSI,
  notASignal,
  REQ,
  SET_IRQS,
} from "../irqs.ts";
import { ready } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { promise, rule } from "../rule.ts";

export const errAndReq: readonly Rule[] = [
  rule(151, "Device.setIrqs() connects, triggers and disconnects REQ", ["edu"], (machine) => {
    using edu = ready(machine);
    using signal = machine.backend.createSignal();
    const { device } = edu;
    refused(SET_IRQS, "EINVAL", () => loopback(device, REQ));
    refused(SET_IRQS, "EINVAL", () => disable(device, REQ));
    assertEquals(loopbackEach(device, REQ, true), 0);
    assertEquals(connect(device, REQ, signal), 0);
    loopback(device, REQ);
    assertEquals(signal.read(), 1);
    loopbackEach(device, REQ, true);
    assertEquals(signal.read(), 1);
    loopbackEach(device, REQ, false);
    assertEquals(signal.read(), 0);
    assertEquals(disable(device, REQ), 0);
    refused(SET_IRQS, "EINVAL", () => disable(device, REQ));
  }),

  rule(151, "Device.setIrqs() on REQ refuses what it does not have", ["edu"], (machine) => {
    using edu = ready(machine);
    using signal = machine.backend.createSignal();
    const { device } = edu;
    connect(device, REQ, signal);
    assertEquals(connect(device, REQ, null), 0);
    refused(SET_IRQS, "EINVAL", () => connect(device, REQ));
    refused(SET_IRQS, "EINVAL", () => loopbackEach(device, REQ));
    for (const action of ["mask", "unmask"] as const) {
      refused(SET_IRQS, "ENOTTY", () => device.setIrqs({ index: REQ, action, none: 1 }));
    }
    refused(SET_IRQS, "EBADF", () => connect(device, REQ, closedSignal(machine)));
    refused(SET_IRQS, "EINVAL", () => connect(device, REQ, notASignal(edu.group)));
  }),

  promise("Device.setIrqs() connects REQ beside MSI", ["edu"], (machine) => {
    using edu = ready(machine);
    using request = machine.backend.createSignal();
    using message = machine.backend.createSignal();
    connect(edu.device, REQ, request);
    connect(edu.device, MSI, message);
    loopback(edu.device, REQ);
    loopback(edu.device, MSI);
    assertEquals([request.read(), message.read()], [1, 1]);
    disable(edu.device, MSI);
    loopback(edu.device, REQ);
    assertEquals(request.read(), 1);
  }),

  promise("Device.setIrqs() connects and triggers ERR on a PCI Express device", ["nvme"], (machine) => {
    using nvme = ready(machine, "nvme");
    using signal = machine.backend.createSignal();
    refused(SET_IRQS, "EINVAL", () => loopback(nvme.device, ERR));
    connect(nvme.device, ERR, signal);
    loopback(nvme.device, ERR);
    assertEquals(signal.read(), 1);
    assertEquals(disable(nvme.device, ERR), 0);
  }),
];
