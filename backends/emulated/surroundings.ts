/** Surroundings: what an emulated machine does beside VFIO, and an administrator has to know. */
import type { DeviceUse, ErrorCounts } from "../../core/host_details.ts";
import type { SettingsFile } from "../../core/start_files.ts";

/** What is said of one device. */
export interface DeviceSurroundings {
  /** What the kernel calls it. */
  readonly names: readonly string[];
  /** What the machine does with it. */
  readonly uses: readonly DeviceUse[];
  /** "D0", "D3cold". */
  readonly powerState: string | undefined;
  /** Errors of PCI Express that were counted; undefined: nobody counts them. */
  readonly errors: ErrorCounts | undefined;
}

const NOTHING_SAID: DeviceSurroundings = { names: [], uses: [], powerState: "D0", errors: undefined };

/** What the machine does beside VFIO; a test or a scenario says it, and {@linkcode Host} tells it. */
export class Surroundings {
  /** The kernel's command line. */
  commandLine = "";
  /** Modules that are loaded. */
  readonly modules: Set<string> = new Set();
  /** Users by name. */
  readonly users: Map<string, number> = new Map([["root", 0]]);
  /** The driver that each device had, as {@linkcode Host.rememberDriver} was told. */
  readonly remembered: Map<string, string | null> = new Map();
  /** What gives devices to drivers at each start, by address, as {@linkcode Host.giveAtStart} wrote it. */
  readonly startFiles: Map<string, SettingsFile> = new Map();
  readonly #devices = new Map<string, DeviceSurroundings>();

  /** Gives a device a name: "eth0". */
  name(address: string, name: string): this {
    return this.#say(address, { names: [...this.of(address).names, name] });
  }

  /** Lets the machine use a device: what it is mounted at, which routes lead over it. */
  use(address: string, use: DeviceUse): this {
    return this.#say(address, { uses: [...this.of(address).uses, use] });
  }

  /** Puts a device into a power state: "D3cold". */
  power(address: string, powerState: string): this {
    return this.#say(address, { powerState });
  }

  /** Lets a device have had errors. */
  count(address: string, errors: ErrorCounts): this {
    return this.#say(address, { errors });
  }

  /** What is said of a device. */
  of(address: string): DeviceSurroundings {
    return this.#devices.get(address) ?? NOTHING_SAID;
  }

  #say(address: string, more: Partial<DeviceSurroundings>): this {
    this.#devices.set(address, { ...this.of(address), ...more });
    return this;
  }
}
