/** What config writes by a user can never change. */
import { assertEquals } from "@std/assert";
import type { Region } from "../../../core/region.ts";
import { CAPABILITY, capability, configOf, hardware, HEADER } from "../config.ts";
import type { Fixture, Slot } from "../fixture.ts";
import { addressOf, ready } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { rule } from "../rule.ts";

/** Numbers that look random and repeat. @see Marsaglia, Xorshift RNGs (2003) */
function* xorshift(seed: number): Generator<number, never> {
  for (let x = seed;;) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    yield x >>> 0;
  }
}

/** A part of the config space, and how often to write there. */
interface Target {
  readonly at: number;
  readonly size: number;
  readonly writes: number;
}

/** Writes all ones, all zeros and anything else, in every width. */
function scribble(config: Region, { at, size, writes }: Target, seed: number): void {
  const numbers = xorshift(seed);
  const next = () => numbers.next().value;
  for (let i = 0; i < writes; i++) {
    const bytes = 1 << (next() % 3);
    const offset = at + next() % (size / bytes) * bytes;
    const kind = next() % 4;
    const value = kind === 0 ? 0 : kind === 1 ? 0xffff_ffff : next();
    config.write(offset, new Uint8Array(Uint32Array.of(value).buffer, 0, bytes));
  }
}

/** What stands in the hardware's BARs and ROM. */
function bars(machine: Fixture, address: string): number[] {
  const offsets = [0x10, 0x14, 0x18, 0x1c, 0x20, 0x24, HEADER.rom];
  // Bit 0 of the ROM's is its enable bit, which the kernel itself switches while it reads the image.
  return offsets.map((at) => hardware(machine, address, at, 4) & (at === HEADER.rom ? ~1 : ~0));
}

/** The header of a device that somebody else has. */
function header(machine: Fixture, role: Slot): Uint8Array {
  const bytes = new Uint8Array(64);
  machine.backend.host.readConfig(addressOf(machine, role), 0, bytes);
  return bytes;
}

export const configUnchanged: readonly Rule[] = [
  rule(
    190,
    "Region of the config space lets no write reach real BARs, nor another device",
    ["edu", "edu2"],
    (machine) => {
      using edu = ready(machine);
      const real = bars(machine, edu.address);
      const other = header(machine, "edu2");
      for (let seed = 1; seed <= 4; seed++) {
        scribble(configOf(edu.device), { at: 0, size: 64, writes: 500 }, seed);
        scribble(configOf(edu.device), { at: 0x40, size: 16, writes: 100 }, seed);
      }
      assertEquals(bars(machine, edu.address), real);
      assertEquals(header(machine, "edu2"), other);
    },
  ),

  rule(190, "Region of the config space lets no write to a capability reach real BARs, nor payload sizes", [
    "nvme",
    "control",
  ], (machine) => {
    using nvme = ready(machine, "nvme");
    const config = configOf(nvme.device);
    const real = bars(machine, nvme.address);
    const express = capability(nvme.device, CAPABILITY.express);
    const payload = () => hardware(machine, nvme.address, express + 8, 2) & 0x00e0;
    const before = payload();
    scribble(config, { at: 0, size: 64, writes: 500 }, 5);
    scribble(config, { at: capability(nvme.device, CAPABILITY.msix), size: 12, writes: 100 }, 6);
    // Few, for these go to sleep and reset the function, which takes its time.
    scribble(config, { at: capability(nvme.device, CAPABILITY.pm), size: 8, writes: 20 }, 7);
    scribble(config, { at: express, size: 0x34, writes: 60 }, 8);
    for (let value = 0; value < 8; value++) config.write16(express + 8, value << 5);
    assertEquals(bars(machine, nvme.address), real);
    assertEquals(payload(), before);
  }),
];
