/** Which device is behind which bridge, as the bridges' bus numbers tell. */
import type { DeviceEntry } from "../mod.ts";
import { addressParts } from "../pci/mod.ts";
import { isBridge } from "../views/mod.ts";
import type { Context } from "./context.ts";
import { idsOf } from "./device.ts";
import { hex } from "./json.ts";
import type { Json } from "./json.ts";
import { nameOf } from "./names.ts";
import type { Branch } from "./table.ts";
import { bold, dim } from "./text.ts";

/** A bus with all that is below it. */
export interface Bus {
  readonly branch: Branch;
  readonly document: Json;
}

/** Where a bridge's header has its secondary bus. @see PCI-to-PCI Bridge Architecture Specification, 3.2.5.4 */
const SECONDARY_BUS = 0x19;

/** Builds the tree of buses: its roots are those that no bridge leads to. */
export function topologyOf(context: Context, devices: readonly DeviceEntry[]): Bus[] {
  const byBus = Map.groupBy(devices, ({ address }) => busOf(address));
  const secondary = new Map(
    devices.filter(isBridge).map((bridge) => [bridge.address, secondaryOf(context, bridge)]),
  );
  const led = new Set(secondary.values());
  const buses = [...byBus.keys()];
  const placed = new Set<string>();
  const roots = buses.filter((bus) => !led.has(bus)).map(busBelow);
  // What bridges say can go in a circle, which no root leads to.
  return [...roots, ...buses.flatMap((bus) => placed.has(bus) ? [] : [busBelow(bus)])];

  function busBelow(bus: string): Bus {
    placed.add(bus);
    const below = (byBus.get(bus) ?? []).map(deviceBelow);
    return {
      branch: { line: [bold(bus)], children: below.map(({ branch }) => branch) },
      document: { bus, devices: below.map(({ document }) => document) },
    };
  }

  function deviceBelow(device: DeviceEntry): Bus {
    const next = secondary.get(device.address);
    const inner = next !== undefined && byBus.has(next) && !placed.has(next) ? busBelow(next) : undefined;
    const name = nameOf(context, device);
    const line = [
      device.address,
      "  ",
      name,
      dim(`  ${device.driver ?? "-"}`),
      ...(device.group === undefined ? [] : [dim(`  group ${device.group}`)]),
    ];
    return {
      branch: { line, children: inner?.branch.children ?? [] },
      document: {
        address: device.address,
        ids: idsOf(device),
        name,
        driver: device.driver ?? null,
        group: device.group ?? null,
        behind: inner?.document ?? null,
      },
    };
  }
}

/** Finds the bridges that lead to buses, by "0000:01". */
export function bridgesByBus(
  context: Context,
  devices: readonly DeviceEntry[],
): ReadonlyMap<string, DeviceEntry> {
  const pairs = devices.filter(isBridge).flatMap((bridge): [string, DeviceEntry][] => {
    const bus = secondaryOf(context, bridge);
    return bus === undefined ? [] : [[bus, bridge]];
  });
  return new Map(pairs);
}

/** undefined: nobody has given it a bus. */
function secondaryOf(context: Context, { address }: DeviceEntry): string | undefined {
  const bytes = new Uint8Array(1);
  context.host.readConfig(address, SECONDARY_BUS, bytes);
  const [bus = 0] = bytes;
  return bus === 0 ? undefined : `${hex(addressParts(address).domain, 4)}:${hex(bus, 2)}`;
}

/** The bus of a device, as "0000:01". */
export function busOf(address: string): string {
  const { domain, bus } = addressParts(address);
  return `${hex(domain, 4)}:${hex(bus, 2)}`;
}
