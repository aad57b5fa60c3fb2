/** A driver that is taken from a device while the device, or its group, is open. */
import { assertEquals } from "@std/assert";
import { answers, refused } from "../expect.ts";
import { arrived, connect, REQ } from "../irqs.ts";
import { addressOf, groupOf, keepBound, openGroup, ready, unbind } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { byKernel, rule } from "../rule.ts";

const GET_DEVICE_FD = "VFIO_GROUP_GET_DEVICE_FD";

export const unbinding: readonly Rule[] = [
  rule(
    43,
    "Group of which the last device has left answers ENODEV, and its node is gone",
    ["edu", "control"],
    (machine) => {
      const address = addressOf(machine, "edu");
      const number = groupOf(machine, "edu");
      using _kept = keepBound(machine, address);
      using group = openGroup(machine);
      unbind(machine, address);
      refused("VFIO_GROUP_GET_STATUS", "ENODEV", () => group.status());
      refused(GET_DEVICE_FD, "ENODEV", () => group.openDevice(address));
      refused("VFIO_GROUP_UNSET_CONTAINER", "EINVAL", () => group.unsetContainer());
      assertEquals(machine.control?.groupNodeExists(number), false);
      refused("open", "ENOENT", () => openGroup(machine));
    },
  ),

  rule(44, "Device that is asked back signals REQ, works on, and leaves its driver after the last close", [
    "edu",
    "control",
  ], (machine) => {
    using _kept = keepBound(machine, addressOf(machine, "edu"));
    using edu = ready(machine);
    using request = machine.backend.createSignal();
    connect(edu.device, REQ, request);
    const unbinding = machine.control?.requestUnbind(edu.address);
    assertEquals(arrived(request), 1);
    assertEquals(unbinding?.done, false);
    assertEquals(edu.device.info().irqs, 5);
    assertEquals(edu.device.region(7).read32(0), 0x11e8_1234);
    edu.device[Symbol.dispose]();
    assertEquals(unbinding?.wait(5000), true);
    assertEquals(machine.backend.host.find(edu.address)?.driver, undefined);
  }),

  rule(45, "Group.openDevice() of a device that is asked back is refused from Linux 6.8 on", [
    "edu",
    "control",
  ], (machine) => {
    using _kept = keepBound(machine, addressOf(machine, "edu"));
    using edu = ready(machine);
    using request = machine.backend.createSignal();
    connect(edu.device, REQ, request);
    const unbinding = machine.control?.requestUnbind(edu.address);
    assertEquals(arrived(request), 1);
    const code = byKernel(machine, { "6.1": 0, "6.12": "ENODEV", "7.2": "ENODEV" });
    answers(GET_DEVICE_FD, code, () => edu.group.openDevice(edu.address)[Symbol.dispose]());
    edu.device[Symbol.dispose]();
    assertEquals(unbinding?.wait(5000), true);
  }),
];
