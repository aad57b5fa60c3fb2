/** Resets of a function, a slot, a bus. */
import { assertEquals } from "@std/assert";
import type { Group } from "../../../core/group.ts";
import { COMMAND, configOf, HEADER } from "../config.ts";
import { refused } from "../expect.ts";
import { connect, loopback, MSIX } from "../irqs.ts";
import { addressOf, attach, groupOf, keepBound, openGroup, ready, unbind } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { byKernel, promise, rule } from "../rule.ts";

const HOT_RESET = "VFIO_DEVICE_PCI_HOT_RESET";
const HOT_RESET_INFO = "VFIO_DEVICE_GET_PCI_HOT_RESET_INFO";
const BRIDGED = ["bridge-a", "bridge-b", "bridge-c"] as const;

export const reset: readonly Rule[] = [
  rule(161, "Device.reset() refuses a function without a reset with EINVAL", ["edu"], (machine) => {
    using edu = ready(machine);
    refused("VFIO_DEVICE_RESET", "EINVAL", () => edu.device.reset());
  }),

  rule(161, "Device.reset() resets nvme, and keeps config space and interrupts", ["nvme"], (machine) => {
    using nvme = ready(machine, "nvme");
    using signal = machine.backend.createSignal();
    const config = configOf(nvme.device);
    config.write16(HEADER.command, COMMAND.memory | COMMAND.busMaster);
    config.write8(HEADER.interruptLine, 0x77);
    connect(nvme.device, MSIX, signal);
    nvme.device.reset();
    assertEquals(config.read16(HEADER.command), COMMAND.memory | COMMAND.busMaster);
    assertEquals(config.read8(HEADER.interruptLine), 0x77);
    loopback(nvme.device, MSIX);
    assertEquals(signal.read(), 1);
  }),

  rule(162, "Device.hotResetInfo() refuses a device on the root bus with ENODEV", ["edu"], (machine) => {
    using edu = ready(machine);
    refused(HOT_RESET_INFO, "ENODEV", () => edu.device.hotResetInfo());
  }),

  rule(163, "Device.hotResetInfo() lists what shares the bus", BRIDGED, (machine) => {
    using device = ready(machine, "bridge-a");
    const { devices, byDeviceId } = device.device.hotResetInfo();
    const group = groupOf(machine, "bridge-a");
    assertEquals(byDeviceId, false);
    const addresses = BRIDGED.map((role) => addressOf(machine, role)).sort();
    assertEquals(devices, addresses.map((address) => ({ address, group })));
  }),

  rule(163, "Device.hotResetInfo() lists the one device behind a port", ["behind-port"], (machine) => {
    using device = ready(machine, "behind-port");
    const entry = { address: device.address, group: groupOf(machine, "behind-port") };
    assertEquals(device.device.hotResetInfo().devices, [entry]);
  }),

  rule(164, "Device.hotReset() behind a port takes its one group, and nothing else", [
    "behind-port",
    "edu",
    "edu2",
  ], (machine) => {
    using port = ready(machine, "behind-port");
    using edu = attach(machine);
    const { device, group } = port;
    refused(HOT_RESET, "EINVAL", () => device.hotReset([]));
    refused(HOT_RESET, "EINVAL", () => device.hotReset([group, edu.group]));
    refused(HOT_RESET, "EINVAL", () => device.hotReset([edu.group]));
    refused(HOT_RESET, "EINVAL", () => device.hotReset([device as unknown as Group]));
    using closed = openGroup(machine, "edu2");
    closed[Symbol.dispose]();
    refused(HOT_RESET, "EBADF", () => device.hotReset([closed]));
    device.hotReset([group]);
    assertEquals(configOf(device).read16(HEADER.command) & COMMAND.memory, COMMAND.memory);
  }),

  rule(
    164,
    "Device.hotReset() refuses a bus with a device that is not on vfio-pci with EINVAL",
    [...BRIDGED, "control"],
    (machine) => {
      const sibling = addressOf(machine, "bridge-b");
      using _kept = keepBound(machine, sibling);
      unbind(machine, sibling);
      using device = ready(machine, "bridge-a");
      refused(HOT_RESET, "EINVAL", () => device.device.hotReset([device.group]));
    },
  ),

  rule(164, "Device.hotReset() refuses a device on the root bus, and an empty list", ["edu"], (machine) => {
    using edu = ready(machine);
    const code = byKernel(machine, { "6.1": "ENODEV", "6.12": "EINVAL", "7.2": "EINVAL" });
    refused(HOT_RESET, code, () => edu.device.hotReset([]));
    refused(HOT_RESET, "ENODEV", () => edu.device.hotReset([edu.group]));
  }),

  rule(
    165,
    "Device.hotReset() resets a bus whose devices are all in the groups given",
    BRIDGED,
    (machine) => {
      using device = ready(machine, "bridge-a");
      refused(HOT_RESET, "EINVAL", () => device.device.hotReset([]));
      device.device.hotReset([device.group]);
      assertEquals(configOf(device.device).read16(HEADER.command) & COMMAND.memory, COMMAND.memory);
    },
  ),

  promise("Device.resetAsync() does what reset() does", ["edu", "nvme"], async (machine) => {
    using edu = ready(machine, "edu");
    using nvme = ready(machine, "nvme");
    await nvme.device.resetAsync();
    assertEquals(configOf(nvme.device).read16(HEADER.command) & COMMAND.memory, COMMAND.memory);
    const error = await edu.device.resetAsync().then(() => undefined, (reason: unknown) => reason);
    refused("VFIO_DEVICE_RESET", "EINVAL", () => {
      throw error;
    });
  }),

  promise("Device.hotResetAsync() does what hotReset() does", ["behind-port", "edu"], async (machine) => {
    using port = ready(machine, "behind-port");
    using edu = ready(machine, "edu");
    await port.device.hotResetAsync([port.group]);
    assertEquals(configOf(port.device).read16(HEADER.command) & COMMAND.memory, COMMAND.memory);
    for (const groups of [[], [edu.group]]) {
      const error = await port.device.hotResetAsync(groups).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      refused(HOT_RESET, "EINVAL", () => {
        throw error;
      });
    }
  }),

  promise(
    "Device closes in a thread of its own when disposed of asynchronously",
    ["nvme"],
    async (machine) => {
      using nvme = ready(machine, "nvme");
      await nvme.device[Symbol.asyncDispose]();
      assertEquals(nvme.device.closed, true);
      refused("VFIO_DEVICE_GET_INFO", "EBADF", () => nvme.device.info());
      nvme.group.unsetContainer();
    },
  ),
];
