import { assertEquals } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { capabilityOf } from "./capability_of.ts";
import { ConfigSpace } from "../../../devices/config_space.ts";
import {
  errorReporting,
  express,
  msi,
  powerManagement,
  vendorSpecific,
} from "../../../devices/capabilities.ts";
import { PassiveDevice } from "../../../devices/passive/passive_device.ts";
import { ready } from "./ready.ts";

const ADDRESS = "0000:00:04.0";

Deno.test("VirtualConfig hides capabilities that users must not see, and keeps the chain whole", () => {
  const config = new ConfigSpace({ vendor: 1, device: 2, classCode: 0xff0000 })
    .bar(0, { kind: "memory32", size: 4096 })
    .capability({ id: 0x0d, body: new Uint8Array(6) })
    .capability(powerManagement())
    .capability({ id: 0x15, body: new Uint8Array(6) })
    .capability(vendorSpecific(new Uint8Array([1, 2, 3])));
  const host = new EmulatedHost().plug(ADDRESS, new PassiveDevice(config));
  using open = ready(host, ADDRESS);
  assertEquals(capabilityOf(open.device, 0x34).map(({ id }) => id), [0x01, 0x09]);
});

Deno.test("VirtualConfig says that there are no capabilities when all are hidden", () => {
  const config = new ConfigSpace({ vendor: 1, device: 2, classCode: 0xff0000 })
    .capability({ id: 0x0d, body: new Uint8Array(6) });
  const host = new EmulatedHost().plug(ADDRESS, new PassiveDevice(config));
  using open = ready(host, ADDRESS);
  assertEquals(open.device.region(7).read16(6) & 0x10, 0);
});

Deno.test("VirtualConfig ends where a device links its capabilities in a circle", () => {
  const config = new ConfigSpace({ vendor: 1, device: 2, classCode: 0xff0000 }).capability(msi({ at: 0x40 }));
  config.set(0x41, 8, 0x40);
  const host = new EmulatedHost().plug(ADDRESS, new PassiveDevice(config));
  using open = ready(host, ADDRESS);
  assertEquals(open.device.region(7).read8(0x41), 0x40);
});

Deno.test("VirtualConfig replaces a hidden first extended capability by a placeholder", () => {
  const config = new ConfigSpace({ vendor: 1, device: 2, classCode: 0xff0000 })
    .capability(express())
    .extendedCapability({ id: 0x1b, body: new Uint8Array(4) })
    .extendedCapability({ id: 0x19, body: new Uint8Array(4), at: 0x120 })
    .extendedCapability({ id: 0x03, body: new Uint8Array(8), at: 0x140 });
  const host = new EmulatedHost().plug(ADDRESS, new PassiveDevice(config));
  using open = ready(host, ADDRESS);
  const region = open.device.region(7);
  assertEquals([region.read32(0x100), region.read32(0x140)], [0x1400_0000, 0x0001_0003]);
});

Deno.test("VirtualConfig shows no extended capability as 0", () => {
  const config = new ConfigSpace({ vendor: 1, device: 2, classCode: 0xff0000 })
    .capability(express())
    .extendedCapability({ id: 0x1b, body: new Uint8Array(4) });
  const host = new EmulatedHost().plug(ADDRESS, new PassiveDevice(config));
  using open = ready(host, ADDRESS);
  assertEquals(open.device.region(7).read32(0x100), 0);
});

Deno.test("VirtualConfig lets the user clear and mask errors, and nothing else of AER", () => {
  const space = new ConfigSpace({ vendor: 1, device: 2, classCode: 0x020000 })
    .capability(express()).extendedCapability(errorReporting({ at: 0x100 }));
  const host = new EmulatedHost().plug(ADDRESS, new PassiveDevice(space));
  using open = ready(host, ADDRESS);
  const config = open.device.region(7);
  config.write32(0x108, 0xffff_ffff);
  config.write32(0x114, 0xffff_ffff);
  assertEquals([config.read32(0x108), config.read32(0x114)], [0x03ff_f030, 0xf1c1]);
  config.write32(0x100, 0);
  assertEquals(config.read32(0x100), 0x0002_0001);
});
