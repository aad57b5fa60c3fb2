import { assertEquals } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { errorReporting } from "../../../devices/capabilities.ts";
import { ConfigSpace } from "../../../devices/config_space.ts";
import { PassiveDevice } from "../../../devices/passive/passive_device.ts";
import { ready } from "./ready.ts";

const ADDRESS = "0000:00:04.0";
const EXPRESS = 0x40;
const PCI_X = 0x80;
const VENDOR = 0x90;
const ERRORS = 0x100;

/** A capability that can be written as a whole behind its first words, and PCI Express with FLR. */
function device(type: number, version: number): PassiveDevice {
  const express = new Uint8Array(0x3a);
  express.set([version | (type << 4), 0, 0, 0, 0, 0x10]);
  const config = new ConfigSpace({ vendor: 1, device: 2, classCode: 0xff0000, interruptPin: 1 })
    .bar(0, { kind: "memory64", size: 4096 })
    .capability({ id: 0x10, body: express, writable: new Uint8Array(0x3a).fill(0xff, 6), at: EXPRESS })
    .capability({ id: 0x07, body: new Uint8Array(6), writable: new Uint8Array(6).fill(0xff), at: PCI_X })
    .capability({
      id: 0x09,
      body: new Uint8Array([8, 0, 0, 0, 0, 0]),
      writable: new Uint8Array(6).fill(0xff, 1),
      at: VENDOR,
    })
    .extendedCapability(errorReporting({ at: ERRORS }));
  return new PassiveDevice(config);
}

/** Which of the words from `at` on survive a reset of the function, by their offset. */
function kept(model: PassiveDevice, at: number, words: readonly number[]): number[] {
  const host = new EmulatedHost().plug(ADDRESS, model);
  using open = ready(host, ADDRESS);
  for (const offset of words) model.config.write(at + offset, 16, 0x5540);
  const written = words.map((offset) => model.config.read(at + offset, 16));
  open.device.reset();
  return words.filter((offset, i) => model.config.read(at + offset, 16) === written[i]);
}

const CONTROLS = Array.from({ length: 26 }, (_, i) => 0x08 + 2 * i);

Deno.test("SavedState keeps those of PCI Express's control registers that the function has", () => {
  const controls = (type: number, version: number) => kept(device(type, version), EXPRESS, CONTROLS);
  for (const type of [0, 1, 4, 8]) assertEquals(controls(type, 2), [0x08, 0x10, 0x28, 0x30], `type ${type}`);
  for (const type of [9, 10]) assertEquals(controls(type, 2), [0x08, 0x28], `type ${type}`);
  assertEquals([controls(0, 1), controls(9, 1)], [[0x08, 0x10], [0x08]]);
});

Deno.test("SavedState keeps PCI-X's command, and nothing of a vendor's capability", () => {
  assertEquals(kept(device(0, 2), PCI_X, [2, 4, 6]), [2]);
  assertEquals(kept(device(0, 2), VENDOR, [4, 6]), []);
});

Deno.test("SavedState keeps masks, severities and control of Advanced Error Reporting", () => {
  const model = device(0, 2);
  const host = new EmulatedHost().plug(ADDRESS, model);
  using open = ready(host, ADDRESS);
  const offsets = [0x08, 0x0c, 0x14, 0x18];
  const values = [0x10, 0x20, 0x40, 0x1e0];
  offsets.forEach((offset, i) => model.config.write(ERRORS + offset, 32, values[i] ?? 0));
  open.device.reset();
  assertEquals(offsets.map((offset) => model.config.read(ERRORS + offset, 32)), values);
});

Deno.test("SavedState keeps the header: Command, BARs, cache line, latency and interrupt line", () => {
  const model = device(0, 2);
  const host = new EmulatedHost().plug(ADDRESS, model);
  using open = ready(host, ADDRESS);
  const config = open.device.region(7);
  config.write16(0x04, 0x0107);
  config.write8(0x0c, 0x10);
  const header = () => Array.from({ length: 16 }, (_, i) => model.config.read(4 * i, 32));
  const before = header();
  assertEquals([model.config.read(0x04, 16), model.config.read(0x14, 32) > 0], [0x0107, true]);
  open.device.reset();
  assertEquals(header(), before);
});
