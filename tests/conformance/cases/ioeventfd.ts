/** Register writes that a signal makes. */
import { assertEquals } from "@std/assert";
import type { Device } from "../../../core/device.ts";
import type { Signal } from "../../../core/signal.ts";
import { answers, refused } from "../expect.ts";
import type { Fixture } from "../fixture.ts";
import { closedSignal, notASignal } from "../irqs.ts";
import { ready } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { byKernel, promise, rule } from "../rule.ts";

const IOEVENTFD = "VFIO_DEVICE_IOEVENTFD";
const LIVENESS = 4;
const BAR_SIZE = 0x10_0000;

function write(device: Device, signal: Signal | null, data = 0x55n): void {
  device.ioeventfd({ region: 0, offset: LIVENESS, width: 4, data, signal });
}

/** Waits until edu's liveness register holds a value. */
function becomes(machine: Fixture, device: Device, value: number): boolean {
  const bar = device.region(0);
  const { clock } = machine.backend;
  for (let i = 0; i < 500; i++) {
    if (bar.read32(LIVENESS) === value) return true;
    clock.pause(10);
  }
  return false;
}

export const ioeventfd: readonly Rule[] = [
  rule(
    157,
    "Device.ioeventfd() refuses widths, regions and ranges it does not take with EINVAL",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      using signal = machine.backend.createSignal();
      const good = { region: 0, offset: LIVENESS, width: 4, data: 0n, signal };
      for (const width of [0, 6, 16]) {
        refused(
          IOEVENTFD,
          "EINVAL",
          () => edu.device.ioeventfd({ ...good, width }),
        );
      }
      for (const region of [7, 6, 1]) {
        refused(
          IOEVENTFD,
          "EINVAL",
          () => edu.device.ioeventfd({ ...good, region }),
        );
      }
      for (const offset of [BAR_SIZE, BAR_SIZE - 2]) {
        refused(IOEVENTFD, "EINVAL", () => edu.device.ioeventfd({ ...good, offset }));
      }
    },
  ),

  rule(158, "Device.ioeventfd() keeps each write once, by place, data and width", ["edu"], (machine) => {
    using edu = ready(machine);
    using signal = machine.backend.createSignal();
    using other = machine.backend.createSignal();
    const { device } = edu;
    refused(IOEVENTFD, "ENODEV", () => write(device, null));
    write(device, signal);
    refused(IOEVENTFD, "EEXIST", () => write(device, signal));
    refused(IOEVENTFD, "EEXIST", () => write(device, other));
    write(device, signal, 0x66n);
    refused(IOEVENTFD, "EBADF", () => write(device, closedSignal(machine), 0x77n));
    refused(IOEVENTFD, "EINVAL", () => write(device, notASignal(edu.group), 0x77n));
    write(device, null);
    refused(IOEVENTFD, "ENODEV", () => write(device, null));
  }),

  rule(
    159,
    "Device.ioeventfd() takes 64 bits as long as the kernel makes two writes of it",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      using signal = machine.backend.createSignal();
      const wide = { region: 0, offset: 0x80, width: 8, data: 0n, signal };
      const code = byKernel(machine, { "6.1": 0, "6.12": 0, "7.2": "EINVAL" });
      answers(IOEVENTFD, code, () => edu.device.ioeventfd(wide));
    },
  ),

  rule(160, "Device.ioeventfd() writes when signalled, and takes the counts", ["edu"], (machine) => {
    using edu = ready(machine);
    using signal = machine.backend.createSignal();
    write(edu.device, signal);
    signal.notify();
    assertEquals(becomes(machine, edu.device, 0xffff_ffaa), true);
    assertEquals(signal.read(), 0);
  }),

  promise("Device.ioeventfd() writes nothing any more once it is taken away", ["edu"], (machine) => {
    using edu = ready(machine);
    using signal = machine.backend.createSignal();
    write(edu.device, signal);
    write(edu.device, null);
    edu.device.region(0).write32(LIVENESS, 0);
    signal.notify();
    machine.settle();
    assertEquals(edu.device.region(0).read32(LIVENESS), 0xffff_ffff);
    assertEquals(signal.read(), 1);
  }),
];
