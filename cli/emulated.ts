/** Scenarios: machines that a word or two describe, for `--emulated`. */
import type { Backend } from "../mod.ts";
import {
  EmulatedEdu,
  EmulatedNvme,
  passiveE1000e,
  PassiveIgb,
  passiveIvshmem,
  passiveNvme,
  passiveRootPort,
  passiveVga,
} from "../devices/mod.ts";
import type { DeviceModel } from "../devices/mod.ts";
import { EmulatedHost } from "../backends/emulated/mod.ts";
import type { EmulatedHostOptions, PlugOptions } from "../backends/emulated/mod.ts";
import { UsageError } from "./errors.ts";
import { parseInteger } from "./command.ts";
import { hex } from "./json.ts";

/** What can be plugged in, by its name. */
const DEVICES: Readonly<Record<string, () => DeviceModel>> = {
  edu: () => new EmulatedEdu(),
  nvme: () => new EmulatedNvme(),
  "nvme-passive": passiveNvme,
  e1000e: passiveE1000e,
  igb: () => new PassiveIgb(),
  ivshmem: passiveIvshmem,
  vga: passiveVga,
  "root-port": passiveRootPort,
};

/** How `--emulated` is written, for help. */
export const SCENARIO_HELP = `\
--emulated takes devices with commas between them; they sit at 0000:00:04.0 and following. NAME+NAME puts functions
into one slot, which share an IOMMU group. NAME:DRIVER says who has it (vfio-pci if nobody says so, none for nobody),
NAME@PLACE what the machine does with it: nvme:nvme@/data is mounted, igb:igb@eth0 carries the default route.
  devices   ${Object.keys(DEVICES).join(", ")}
  settings  iommu=vt-d|amd-vi|virtio|none  kernel=6.1|6.12|7.2  remapping=off  modules=off
            user=UID  memlock=BYTES  seed=N
For example: edu,nvme:nvme+edu,iommu=amd-vi,user=1000`;

const FIRST_SLOT = 4;
const LAST_SLOT = 0x1f;
const FUNCTIONS = 8;
/** A name of a device, and who has it. */
const PLUG = /^([a-z0-9-]+)(?::([A-Za-z0-9][A-Za-z0-9_-]*))?(?:@(\/?[\w./-]+))?$/;
const UID = { min: 0, max: 0xffff_fffe };
const BYTES = { min: 0, max: Number.MAX_SAFE_INTEGER };

/** Makes up a machine. @throws {UsageError} for what no machine is. */
export function emulatedBackend(scenario: string): Backend {
  const words = scenario.split(",").map((word) => word.trim()).filter((word) => word !== "");
  const settings = new Map(words.filter((word) => word.includes("=")).map(setting));
  const host = new EmulatedHost(hostOptions(settings));
  // Without an IOMMU, or VFIO's modules, vfio-pci takes none.
  const isBound = settings.get("iommu") !== "none" && settings.get("modules") !== "off";
  words.filter((word) => !word.includes("=")).forEach((word, index) => plugSlot(host, word, index, isBound));
  const uid = settings.get("user");
  const memlock = settings.get("memlock");
  if (uid === undefined && memlock === undefined) return host;
  return host.process({
    ...(uid === undefined ? {} : { uid: parseInteger(uid, "user=", UID) }),
    ...(memlock === undefined ? {} : { memlock: parseInteger(memlock, "memlock=", BYTES) }),
  });
}

const CHOICES: Readonly<Record<string, readonly string[] | "number">> = {
  iommu: ["vt-d", "amd-vi", "virtio", "none"],
  kernel: ["6.1", "6.12", "7.2"],
  remapping: ["on", "off"],
  modules: ["on", "off"],
  user: "number",
  memlock: "number",
  seed: "number",
};

function setting(word: string): [string, string] {
  const at = word.indexOf("=");
  const [name, value] = [word.slice(0, at), word.slice(at + 1)];
  const choices = Object.hasOwn(CHOICES, name) ? CHOICES[name] : undefined;
  if (choices === undefined) throw new UsageError(`--emulated has no setting '${name}'`);
  if (choices !== "number" && !choices.includes(value)) {
    throw new UsageError(`--emulated ${name}= takes ${choices.join(", ")}, not '${value}'`);
  }
  return [name, value];
}

function hostOptions(settings: ReadonlyMap<string, string>): EmulatedHostOptions {
  const seed = settings.get("seed");
  // What they can be was looked at above.
  return {
    ...pick(settings, "iommu"),
    ...pick(settings, "kernel"),
    ...(settings.get("remapping") === "off" ? { interruptRemapping: false } : {}),
    ...(settings.get("modules") === "off" ? { modules: [] } : {}),
    ...(seed === undefined ? {} : { seed: parseInteger(seed, "seed=", { min: 0, max: 2 ** 32 - 1 }) }),
  };
}

function pick(settings: ReadonlyMap<string, string>, name: "iommu" | "kernel"): EmulatedHostOptions {
  const value = settings.get(name);
  return value === undefined ? {} : { [name]: value };
}

function plugSlot(host: EmulatedHost, word: string, index: number, isBound: boolean): void {
  const slot = FIRST_SLOT + index;
  const functions = word.split("+");
  if (slot > LAST_SLOT || functions.length > FUNCTIONS) {
    const slots = LAST_SLOT - FIRST_SLOT + 1;
    throw new UsageError(`--emulated has room for ${slots} slots of ${FUNCTIONS} functions`);
  }
  functions.forEach((text, fn) => {
    const [, name = "", driver, place] = PLUG.exec(text) ?? [];
    const make = Object.hasOwn(DEVICES, name) ? DEVICES[name] : undefined;
    if (make === undefined) {
      throw new UsageError(`--emulated knows no device '${text}': ${Object.keys(DEVICES).join(", ")}`);
    }
    const address = `0000:00:${hex(slot, 2)}.${fn}`;
    host.plug(address, make(), plugOptions(name, driver, isBound));
    if (place !== undefined) use(host, address, driver ?? name, place);
  });
}

function plugOptions(name: string, driver: string | undefined, isBound: boolean): PlugOptions {
  if (driver !== undefined) return { driver: driver === "none" ? null : driver };
  // Bridges are the kernel's own.
  if (name === "root-port") return { driver: "pcieport" };
  return isBound ? {} : { driver: null };
}

function use({ surroundings }: EmulatedHost, address: string, kind: string, place: string): void {
  const isMount = place.startsWith("/");
  const name = isMount ? `${kind}0` : place;
  surroundings.name(address, name);
  surroundings.use(
    address,
    isMount ? { kind: "mount", name, place } : { kind: "route", name, place: "default" },
  );
}
