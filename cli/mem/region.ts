/** Regions of a device that hold registers and memory: its BARs and its ROM. */
import { REGION_NAMES } from "../../mod.ts";
import type { Memory, PciDevice, RegionName } from "../../mod.ts";
import { formatSize } from "../../views/mod.ts";
import { Refusal, UsageError } from "../errors.ts";

/** Regions that are memory or ports of the device itself. */
const REGIONS = REGION_NAMES.slice(0, REGION_NAMES.indexOf("config"));

/** What no region is longer than; its own size is known when the device is open. */
export const BIGGEST = 2 ** 40;

/** Finds the region that a word means: "0", "bar0", "rom". @throws {UsageError} for what is none. */
export function parseRegion(word: string): RegionName {
  const name = /^[0-5]$/.test(word) ? `bar${word}` : word.toLowerCase();
  const region = REGIONS.find((each) => each === name);
  if (region !== undefined) return region;
  throw new UsageError(
    name === "config"
      ? "The config space has a command of its own: vfio config"
      : `'${word}' is no region: 0 to 5, or rom`,
  );
}

/** Gives a region of an open device. @throws {Refusal} for one that the device does not have. */
export function regionOf(device: PciDevice, region: RegionName): Memory {
  const there = REGIONS
    .map((name, index): readonly [RegionName, number] => [name, device.model.regionInfo(index).size])
    .filter(([, size]) => size > 0);
  if (there.some(([name]) => name === region)) return device.region(region);
  const others = there.map(([name, size]) => `${name} (${formatSize(BigInt(size))})`).join(", ");
  throw new Refusal(
    `${device.address} has no ${region}: it has ${others === "" ? "none at all" : others}`,
    [],
  );
}
