/** Sysfs: drivers and devices by the files that Linux has for them, refusals included. */
import type { ErrorCode } from "../../core/errors.ts";
import { probe } from "./binding.ts";
import type { Machine } from "./machine.ts";
import type { ModuleParameters } from "./module_parameters.ts";
import type { PciSlot } from "./pci_slot.ts";

/** A line of new_id: vendor and device, and a class under a mask. */
interface DynamicId {
  readonly vendor: number;
  readonly device: number;
}

/**
 * Files under /sys/bus/pci, written as root does. Each gives the errno's name, or undefined when the write succeeds.
 *
 * @see Linux, Documentation/ABI/testing/sysfs-bus-pci, drivers/pci/pci-driver.c
 */
export class Sysfs {
  readonly #machine: Machine;
  readonly #ids = new Map<string, DynamicId[]>();

  /** Shows the files of `machine`. */
  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Writes devices/ADDRESS/driver_override; null clears it. */
  driverOverride(address: string, driver: string | null): ErrorCode | undefined {
    const slot = this.#machine.slot(address);
    if (slot === undefined) return "ENOENT";
    slot.override = driver ?? undefined;
    return undefined;
  }

  /** Reads devices/ADDRESS/driver_override. */
  readOverride(address: string): string {
    return this.#machine.slotAt(address).override ?? "(null)";
  }

  /** Writes drivers_probe: the driver that matches takes the device. */
  driversProbe(address: string): ErrorCode | undefined {
    const slot = this.#machine.slot(address);
    if (slot === undefined) return "ENODEV";
    const driver = slot.override ?? this.#matching(slot);
    if (slot.driver !== undefined || driver === undefined || !this.#machine.drivers.has(driver)) {
      return undefined;
    }
    return probe(this.#machine, slot, driver) === "EBUSY" ? "EINVAL" : undefined;
  }

  /** Writes drivers/DRIVER/bind. */
  bindFile(address: string, driver: string): ErrorCode | undefined {
    if (!this.#machine.drivers.has(driver)) return "ENOENT";
    const slot = this.#machine.slot(address);
    if (slot === undefined || slot.driver !== undefined || !this.#matches(slot, driver)) return "ENODEV";
    return probe(this.#machine, slot, driver);
  }

  /** Writes drivers/DRIVER/new_id: unbound devices that match are taken at once. */
  newId(driver: string, line: string): ErrorCode | undefined {
    if (!this.#machine.drivers.has(driver)) return "ENOENT";
    const fields = line.trim().split(/\s+/);
    const [vendor, device] = fields.map((field) => parseInt(field, 16));
    if (vendor === undefined || device === undefined || Number.isNaN(vendor) || Number.isNaN(device)) {
      return "EINVAL";
    }
    const ids = this.#ids.get(driver) ?? [];
    if (ids.some((id) => id.vendor === vendor && id.device === device)) return "EEXIST";
    this.#ids.set(driver, [...ids, { vendor, device }]);
    for (const slot of this.#machine.slots()) {
      const isFree = slot.driver === undefined && (slot.override === undefined || slot.override === driver);
      if (isFree && this.#hasId(slot, driver)) probe(this.#machine, slot, driver);
    }
    return undefined;
  }

  /** Writes drivers/DRIVER/remove_id. */
  removeId(driver: string, line: string): ErrorCode | undefined {
    const [vendor, device] = line.trim().split(/\s+/).map((field) => parseInt(field, 16));
    const ids = this.#ids.get(driver) ?? [];
    const rest = ids.filter((id) => id.vendor !== vendor || id.device !== device);
    if (rest.length === ids.length) return "ENODEV";
    this.#ids.set(driver, rest);
    return undefined;
  }

  /** Writes devices/ADDRESS/sriov_numvfs. `EBUSY` also stands for the wait for a virtual function that is open. */
  sriovNumvfs(address: string, count: number): ErrorCode | undefined {
    const functions = this.#machine.slot(address)?.virtualFunctions;
    return functions === undefined ? "ENOENT" : functions.setCount(count);
  }

  /** Reads where the links devices/ADDRESS/virtfn0 and following lead. */
  virtualFunctions(address: string): string[] {
    return (this.#machine.slot(address)?.virtualFunctions?.slots ?? []).map((slot) => slot.address);
  }

  /** Reads a parameter of a module, from /sys/module/MODULE/parameters/NAME. */
  readParameter<N extends keyof ModuleParameters>(name: N): ModuleParameters[N] {
    return this.#machine.parameters[name];
  }

  /** Writes a parameter of a module. */
  writeParameter<N extends keyof ModuleParameters>(name: N, value: ModuleParameters[N]): void {
    this.#machine.parameters = { ...this.#machine.parameters, [name]: value };
  }

  /** Whether the group has a node in /dev/vfio. */
  groupNodeExists(group: number): boolean {
    return this.#machine.group(group)?.vfio !== undefined;
  }

  #matches(slot: PciSlot, driver: string): boolean {
    if (slot.override !== undefined) return slot.override === driver;
    return this.#hasId(slot, driver);
  }

  #matching(slot: PciSlot): string | undefined {
    return [...this.#ids.keys()].find((driver) => this.#hasId(slot, driver));
  }

  #hasId(slot: PciSlot, driver: string): boolean {
    const { vendor, device } = slot;
    return (this.#ids.get(driver) ?? []).some((id) => id.vendor === vendor && id.device === device);
  }
}
