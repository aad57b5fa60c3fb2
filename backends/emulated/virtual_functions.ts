/** VirtualFunctions: what a physical function has made of itself. */
import type { ErrorCode } from "../../core/errors.ts";
import type { DeviceModel } from "../../devices/device_model.ts";
import { SRIOV, SRIOV_CONTROL, SRIOV_ID } from "../../devices/sriov.ts";
import type { PhysicalFunctionModel } from "../../devices/sriov.ts";
import { addressParts, formatAddress } from "../../pci/address.ts";
import type { Machine } from "./machine.ts";
import { leave, probe, VFIO_PCI } from "./binding.ts";
import type { PciSlot } from "./pci_slot.ts";

const EXTENDED = 0x100;

/** The virtual functions of one slot. @see Linux, drivers/pci/iov.c */
export class VirtualFunctions {
  readonly #machine: Machine;
  readonly #slot: PciSlot;
  readonly #model: PhysicalFunctionModel;
  /** Where the capability is. */
  readonly #at: number;
  #slots: readonly PciSlot[] = [];

  /** Makes none yet; {@linkcode virtualFunctionsOf} does. */
  constructor(machine: Machine, slot: PciSlot, model: PhysicalFunctionModel, at: number) {
    this.#machine = machine;
    this.#slot = slot;
    this.#model = model;
    this.#at = at;
  }

  /** Those that there are, in their order. */
  get slots(): readonly PciSlot[] {
    return this.#slots;
  }

  /**
   * Writes sriov_numvfs.
   *
   * @returns The errno when it is refused: among others `EBUSY` while one that would go is open, where the kernel waits.
   */
  setCount(count: number): ErrorCode | undefined {
    if (!Number.isInteger(count) || count < 0 || count > 0xffff) return "EINVAL";
    if (count > this.#read(SRIOV.totalVfs)) return "ERANGE";
    if (count === this.#slots.length) return undefined;
    // vfio-pci is the only driver here that makes them, and it does when its parameter says so.
    const driver = this.#slot.driver;
    if (driver !== VFIO_PCI || !this.#machine.parameters["vfio_pci.enable_sriov"]) return "ENOENT";
    if (count > 0 && this.#slots.length > 0) return "EBUSY";
    if (this.isOpen) return "EBUSY";
    this.disable();
    if (count > 0) this.#enable(count);
    return undefined;
  }

  /** Whether one of them is open. */
  get isOpen(): boolean {
    return this.#slots.some(({ vfio }) => vfio !== undefined && vfio.holders > 0);
  }

  /** Takes all of them away. */
  disable(): void {
    for (const slot of this.#slots) {
      if (slot.driver !== undefined) leave(this.#machine, slot);
      this.#machine.remove(slot);
    }
    this.#slots = [];
    this.restore();
  }

  /** Writes the registers anew, after a reset of the physical function. */
  restore(): void {
    const count = this.#slots.length;
    this.#slot.writeConfig(this.#at + SRIOV.numVfs, 16, count);
    const control = count === 0 ? 0 : SRIOV_CONTROL.enable | SRIOV_CONTROL.memory;
    this.#slot.writeConfig(this.#at + SRIOV.control, 16, control);
  }

  #enable(count: number): void {
    this.#slots = Array.from({ length: count }, (_, index) => {
      const model = this.#model.virtualFunction(index);
      const slot = this.#machine.plug(this.#addressOf(index), model, { physicalFunction: this.#slot });
      slot.override = VFIO_PCI;
      probe(this.#machine, slot, VFIO_PCI);
      return slot;
    });
    this.restore();
  }

  /** A routing id is bus, device and function in a row; a far one lies on another bus. */
  #addressOf(index: number): string {
    const { domain, bus, device, function: fn } = addressParts(this.#slot.address);
    const own = bus * 256 + device * 8 + fn;
    const id = own + this.#read(SRIOV.firstOffset) + index * this.#read(SRIOV.stride);
    return formatAddress({ domain, bus: id >>> 8, device: (id >>> 3) & 0x1f, function: id & 7 });
  }

  #read(register: number): number {
    return this.#slot.readConfig(this.#at + register, 16);
  }
}

/** Gives what a slot's function may make of itself; undefined when it is no physical function. */
export function virtualFunctionsOf(machine: Machine, slot: PciSlot): VirtualFunctions | undefined {
  const { model } = slot.function;
  const at = findSriov(slot);
  return at === undefined || !isPhysical(model) ? undefined : new VirtualFunctions(machine, slot, model, at);
}

function isPhysical(model: DeviceModel): model is PhysicalFunctionModel {
  return "virtualFunction" in model;
}

function findSriov(slot: PciSlot): number | undefined {
  if (slot.configSize <= EXTENDED) return undefined;
  for (let at = EXTENDED; at >= EXTENDED;) {
    const header = slot.readConfig(at, 32);
    if ((header & 0xffff) === SRIOV_ID) return at;
    at = header >>> 20;
  }
  return undefined;
}
