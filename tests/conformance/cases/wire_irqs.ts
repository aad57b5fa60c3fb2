/** Below the model: VFIO_DEVICE_SET_IRQS and VFIO_DEVICE_GET_IRQ_INFO. */
import { assertEquals } from "@std/assert";
import { VFIO_DEVICE_GET_IRQ_INFO, VFIO_DEVICE_SET_IRQS } from "../../../uapi/vfio.ts";
import type { Answer, Fixture } from "../fixture.ts";
import { connect, disable, INTX, MSI, REQ } from "../irqs.ts";
import type { Ready } from "../ready.ts";
import { ready } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { byKernel, rule } from "../rule.ts";
import { pack, packInto, wireOf } from "./wire_bytes.ts";

const DATA = { none: 1, bool: 2, eventfd: 4 } as const;
const ACTION = { mask: 8, unmask: 0x10, trigger: 0x20 } as const;
const MINUS_TWO = 0xffff_fffe;

function setIrqs(machine: Fixture, { device }: Ready, ...fields: number[]): Answer {
  return wireOf(machine).ioctl(device, VFIO_DEVICE_SET_IRQS, packInto(64, ...fields));
}

export const wireIrqs: readonly Rule[] = [
  rule(128, "VFIO_DEVICE_GET_IRQ_INFO refuses a short struct with EINVAL", ["wire", "edu"], (machine) => {
    using edu = ready(machine);
    assertEquals(wireOf(machine).ioctl(edu.device, VFIO_DEVICE_GET_IRQ_INFO, pack(15, 0, 0, 0)), "EINVAL");
    assertEquals(wireOf(machine).ioctl(edu.device, VFIO_DEVICE_GET_IRQ_INFO, pack(16, 0, 0, 0)), 0);
  }),

  rule(130, "VFIO_DEVICE_SET_IRQS refuses short structs, unknown flags, and anything but one kind of data", [
    "wire",
    "edu",
  ], (machine) => {
    using edu = ready(machine);
    const { none, bool, eventfd } = DATA;
    const { trigger } = ACTION;
    assertEquals(setIrqs(machine, edu, 19, none | trigger, MSI, 0, 1), "EINVAL");
    assertEquals(setIrqs(machine, edu, 20, none | trigger | 0x40, MSI, 0, 1), "EINVAL");
    assertEquals(setIrqs(machine, edu, 32, bool | eventfd | trigger, MSI, 0, 1), "EINVAL");
    assertEquals(setIrqs(machine, edu, 32, none | bool | trigger, MSI, 0, 1), "EINVAL");
    assertEquals(setIrqs(machine, edu, 32, trigger, MSI, 0, 1), "EINVAL");
    assertEquals(setIrqs(machine, edu, 20, none | trigger, MSI, 0, 0xffff_ffff), "EINVAL");
  }),

  rule(131, "VFIO_DEVICE_SET_IRQS refuses no action, and two, with ENOTTY; a short payload with EINVAL", [
    "wire",
    "edu",
  ], (machine) => {
    using edu = ready(machine);
    const { none, bool, eventfd } = DATA;
    const { mask, unmask, trigger } = ACTION;
    assertEquals(setIrqs(machine, edu, 20, none, INTX, 0, 1), "ENOTTY");
    assertEquals(setIrqs(machine, edu, 20, none | mask | unmask, INTX, 0, 1), "ENOTTY");
    assertEquals(setIrqs(machine, edu, 23, eventfd | trigger, INTX, 0, 1), "EINVAL");
    assertEquals(setIrqs(machine, edu, 20, bool | trigger, INTX, 0, 1), "EINVAL");
  }),

  rule(152, "VFIO_DEVICE_SET_IRQS takes any negative descriptor as none, but for REQ on newer kernels", [
    "wire",
    "edu",
  ], (machine) => {
    using edu = ready(machine);
    const connectTo = (index: number, descriptor: number) =>
      setIrqs(machine, edu, 24, DATA.eventfd | ACTION.trigger, index, 0, 1, descriptor);
    const answer = byKernel(machine, { "6.1": 0, "6.12": "EINVAL", "7.2": "EINVAL" });
    assertEquals(connectTo(REQ, MINUS_TWO), answer);
    for (const index of [INTX, MSI]) {
      assertEquals(connectTo(index, MINUS_TWO), 0);
      disable(edu.device, index);
    }
    using signal = machine.backend.createSignal();
    connect(edu.device, MSI, signal);
  }),
];
