/** Capabilities in config space: MSI and MSI-X are the kernel's, power and device control go half through. */
import { assertEquals } from "@std/assert";
import {
  CAPABILITY,
  capability,
  COMMAND,
  configOf,
  hardware,
  HEADER,
  readBytes,
  writeBytes,
} from "../config.ts";
import { refused } from "../expect.ts";
import { connect, MSI, MSIX } from "../irqs.ts";
import { ready } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { promise, rule } from "../rule.ts";

const MPS = 0x00e0;
const MRRS = 0x7000;
const FLR = 0x8000;

export const configCapabilities: readonly Rule[] = [
  rule(
    122,
    "Region of the config space keeps MSI's control to itself, read-only bits included",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      const config = configOf(edu.device);
      const at = capability(edu.device, CAPABILITY.msi);
      assertEquals(at, 0x40);
      assertEquals(config.read16(at + 2), 0x0080);
      config.write16(at + 2, 0x0001);
      assertEquals(config.read16(at + 2), 0x0000);
      config.write16(at + 2, 0xffff);
      assertEquals(config.read16(at + 2), 0x008e);
      const message = [0x00, 0x10, 0xe0, 0xfe, 0x11, 0x22, 0x33, 0x44, 0xab, 0xcd];
      assertEquals(writeBytes(config, at + 4, ...message), 10);
      assertEquals([...readBytes(config, at + 4, 10)], message);
    },
  ),

  rule(122, "Region of the config space never lets MSI's address and data reach the hardware", [
    "edu",
    "control",
  ], (machine) => {
    using edu = ready(machine);
    const at = capability(edu.device, CAPABILITY.msi) + 4;
    const real = hardware(machine, edu.address, at, 4);
    configOf(edu.device).write32(at, ~real >>> 0);
    assertEquals(hardware(machine, edu.address, at, 4), real);
  }),

  rule(123, "Region of the config space switches a live MSI off and on, though it never reads as enabled", [
    "edu",
    "control",
  ], (machine) => {
    using edu = ready(machine);
    using signal = machine.backend.createSignal();
    connect(edu.device, MSI, signal);
    const config = configOf(edu.device);
    const at = capability(edu.device, CAPABILITY.msi) + 2;
    const real = () => hardware(machine, edu.address, at, 2);
    assertEquals([config.read16(at), real()], [0x0080, 0x0081]);
    config.write16(at, 0x0080);
    assertEquals(real(), 0x0080);
    config.write16(at, 0x00f1);
    assertEquals([config.read16(at), real()], [0x0081, 0x0081]);
  }),

  rule(
    124,
    "Region of the config space drops writes to MSI-X's control; setIrqs() enables it",
    ["nvme"],
    (machine) => {
      using nvme = ready(machine, "nvme");
      using signal = machine.backend.createSignal();
      const config = configOf(nvme.device);
      const at = capability(nvme.device, CAPABILITY.msix) + 2;
      const before = config.read16(at);
      assertEquals(before & 0x8000, 0);
      assertEquals(writeBytes(config, at, 0xff, 0xff), 2);
      assertEquals(config.read16(at), before);
      connect(nvme.device, MSIX, signal);
      assertEquals(config.read16(at) & 0x8000, 0x8000);
    },
  ),

  rule(
    125,
    "Region of the config space enters and leaves D3hot, and hides power management events",
    ["nvme"],
    (machine) => {
      using nvme = ready(machine, "nvme");
      const config = configOf(nvme.device);
      const bar = nvme.device.region(0);
      const at = capability(nvme.device, CAPABILITY.pm);
      assertEquals(config.read16(at + 2) & 0xf800, 0);
      config.write16(at + 4, 3);
      assertEquals(config.read16(at + 4) & 3, 3);
      refused("pread", "EIO", () => bar.read(0, new Uint8Array(4)));
      config.write16(at + 4, 0);
      assertEquals(config.read16(at + 4) & 3, 0);
      assertEquals(bar.read(0, new Uint8Array(4)), 4);
      config.write16(at + 4, 0x8100);
      assertEquals(config.read16(at + 4) & 0x8100, 0);
    },
  ),

  rule(126, "Region of the config space keeps payload sizes virtual", ["nvme", "control"], (machine) => {
    using nvme = ready(machine, "nvme");
    const config = configOf(nvme.device);
    const at = capability(nvme.device, CAPABILITY.express) + 8;
    const real = hardware(machine, nvme.address, at, 2) & MPS;
    config.write16(at, 0x7fff);
    assertEquals(config.read16(at) & (MPS | MRRS), MPS | MRRS);
    assertEquals(hardware(machine, nvme.address, at, 2) & MPS, real);
  }),

  rule(
    126,
    "Region of the config space resets the function by FLR, and keeps what the user set",
    ["nvme"],
    (machine) => {
      using nvme = ready(machine, "nvme");
      const config = configOf(nvme.device);
      const at = capability(nvme.device, CAPABILITY.express) + 8;
      config.write16(HEADER.command, COMMAND.memory | COMMAND.busMaster);
      const version = nvme.device.region(0).read32(8);
      config.write16(at, config.read16(at) | FLR);
      assertEquals(config.read16(at) & FLR, 0);
      assertEquals(config.read16(HEADER.command), COMMAND.memory | COMMAND.busMaster);
      assertEquals(nvme.device.region(0).read32(8), version);
    },
  ),

  rule(180, "Region of the config space acts on MSI's control after a write that only ends behind it", [
    "edu",
    "control",
  ], (machine) => {
    using edu = ready(machine);
    using signal = machine.backend.createSignal();
    const config = configOf(edu.device);
    const cap = capability(edu.device, CAPABILITY.msi);
    const real = () => hardware(machine, edu.address, cap + 2, 2);
    const next = config.read8(cap + 1);
    for (
      const [at, bytes, result] of [[1, [0x55], 0x80], [0, [0x55, 0x55], 0x80], [0, [0x55], 0x81]] as const
    ) {
      connect(edu.device, MSI, signal);
      assertEquals(real(), 0x81);
      assertEquals(writeBytes(config, cap + at, ...bytes), bytes.length);
      assertEquals([config.read8(cap), config.read8(cap + 1)], [CAPABILITY.msi, next]);
      assertEquals(real(), result, `${bytes.length} bytes at ${at}`);
      edu.device.setIrqs({ index: MSI, action: "trigger", none: 0 });
    }
  }),

  promise(
    "Region of the config space hides no capability of edu and nvme that has a table",
    ["edu", "nvme"],
    (machine) => {
      using edu = ready(machine, "edu");
      using nvme = ready(machine, "nvme");
      assertEquals(capability(edu.device, CAPABILITY.msi), 0x40);
      for (const id of [CAPABILITY.pm, CAPABILITY.express, CAPABILITY.msix]) capability(nvme.device, id);
    },
  ),
];
