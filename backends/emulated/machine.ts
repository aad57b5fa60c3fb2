/** Machine: the emulated host's hardware and kernel, shared by all its processes. */
import type { IommuFault, ReservedRegion } from "../../core/host.ts";
import type { IommuHost, IommuPlugin, PinnedMemory, Translation } from "../../iommu/iommu_plugin.ts";
import type { IommuKind, IommuUnit, KernelVersion } from "../../iommu/iommu_unit.ts";
import type { DeviceModel } from "../../devices/device_model.ts";
import { parseAddress } from "../../pci/address.ts";
import { BarAllocator } from "./bar_allocator.ts";
import { EmulatedBus } from "./bus.ts";
import { EventQueue } from "./event_queue.ts";
import { InterruptController } from "./interrupt_controller.ts";
import { faultLine, KernelLog } from "./kernel_log.ts";
import { IommuGroupState } from "./iommu_group.ts";
import { kernelError } from "./kernel_error.ts";
import { KERNELS } from "./kernel_data.ts";
import type { KernelFacts } from "./kernel_data.ts";
import type { ModuleParameters } from "./module_parameters.ts";
import { PciSlot } from "./pci_slot.ts";
import { PAGE, PhysicalMemory } from "./physical_memory.ts";
import { Pin } from "./process_memory.ts";
import { Random } from "./random.ts";
import { Surroundings } from "./surroundings.ts";
import type { VfioPciContext } from "./vfio_pci/vfio_pci_device.ts";
import { virtualFunctionsOf } from "./virtual_functions.ts";
import { hitBy } from "./vfio_pci/hot_reset.ts";

/** What a machine is made of. */
export interface MachineOptions {
  readonly kernel: KernelVersion;
  readonly seed: number;
  readonly parameters: ModuleParameters;
  /** undefined: there is no IOMMU. */
  readonly iommu: IommuKind | undefined;
  /** undefined: there is no IOMMU. */
  readonly unit: IommuUnit | undefined;
  readonly reserved: readonly ReservedRegion[];
  readonly vectorLimit: number;
  readonly hugePages: number;
}

/** How a device is put into a slot. */
export interface Plugging {
  readonly group?: number | undefined;
  readonly reserved?: readonly ReservedRegion[] | undefined;
  readonly noIommu?: boolean | undefined;
  /** It is a virtual function of this one. */
  readonly physicalFunction?: PciSlot;
}

/** Faults that are kept; hardware has a handful of registers for them, a log more. */
const FAULT_LIMIT = 4096;
/** I/O, memory and SERR#: what firmware leaves in Command; and the line it routes INTx to. */
const FIRMWARE_COMMAND = 0x0103;
const FIRMWARE_LINE = 0x0a;

/** The machine. */
export class Machine implements IommuHost, VfioPciContext {
  readonly queue: EventQueue = new EventQueue();
  readonly controller: InterruptController = new InterruptController();
  readonly memory: PhysicalMemory;
  readonly log: KernelLog = new KernelLog(this.queue);
  readonly surroundings: Surroundings = new Surroundings();
  readonly random: Random;
  readonly plugins: IommuPlugin[];
  readonly kernel: KernelVersion;
  readonly facts: KernelFacts;
  readonly vectorLimit: number;
  /** What an administrator has set. */
  parameters: ModuleParameters;
  /** Drivers that are loaded. */
  readonly drivers: Set<string> = new Set(["vfio-pci", "pci-stub", "pcieport", "uio_pci_generic"]);
  readonly #options: MachineOptions;
  readonly #slots = new Map<string, PciSlot>();
  readonly #groups = new Map<number, IommuGroupState>();
  readonly #faults: IommuFault[] = [];
  readonly #bars = new BarAllocator();
  #pid = 1000;

  /** Switches a machine on, with these IOMMU drivers. */
  constructor(options: MachineOptions, plugins: readonly IommuPlugin[]) {
    this.#options = options;
    this.memory = new PhysicalMemory({ hugePages: options.hugePages });
    this.plugins = [...plugins];
    this.kernel = options.kernel;
    this.facts = KERNELS[options.kernel];
    this.parameters = options.parameters;
    this.vectorLimit = options.vectorLimit;
    this.random = new Random(options.seed);
  }

  /** Mappings of one container. */
  get entryLimit(): number {
    return this.parameters["vfio_iommu_type1.dma_entry_limit"];
  }

  /** Devices can be used although their interrupts are not remapped. */
  get allowUnsafeInterrupts(): boolean {
    return this.parameters["vfio_iommu_type1.allow_unsafe_interrupts"];
  }

  /** Devices without an IOMMU can be used. */
  get noIommuMode(): boolean {
    return this.parameters["vfio.enable_unsafe_noiommu_mode"];
  }

  /** All plugged devices, by address. */
  slots(): readonly PciSlot[] {
    return [...this.#slots.values()].sort((a, b) => a.address < b.address ? -1 : 1);
  }

  /** The device at an address. */
  slot(address: string): PciSlot | undefined {
    return this.#slots.get(address);
  }

  /** The device at an address. @throws {VfioError} `ENODEV` when there is none. */
  slotAt(address: string): PciSlot {
    const slot = this.#slots.get(parseAddress(address));
    if (slot !== undefined) return slot;
    throw kernelError("ENODEV", "open", address, "there is no such device");
  }

  /** How many groups there are. */
  get groupCount(): number {
    return this.#groups.size;
  }

  /** The IOMMU's kind; undefined: there is none. */
  get iommu(): IommuKind | undefined {
    return this.#options.iommu;
  }

  /** The IOMMU; undefined: there is none. */
  get unit(): IommuUnit | undefined {
    return this.#options.unit;
  }

  /** Numbers a process. */
  nextPid(): number {
    return this.#pid++;
  }

  /** A group by its number. */
  group(id: number): IommuGroupState | undefined {
    return this.#groups.get(id);
  }

  /** Plugs a device in. @throws {TypeError} when the slot is taken. */
  plug(address: string, model: DeviceModel, plugging: Plugging): PciSlot {
    const name = parseAddress(address);
    if (this.#slots.has(name)) throw new TypeError(`Cannot plug into ${name}: a device is there`);
    const bus = new EmulatedBus(this, name, () => slot);
    const bars = this.#bars.assign(model.config);
    const { reserved = [], noIommu = false, physicalFunction } = plugging;
    const unit = physicalFunction === undefined
      ? noIommu ? undefined : this.#options.unit
      : physicalFunction.unit;
    const place = { bars, reserved, unit, physicalFunction };
    const slot: PciSlot = new PciSlot(name, model, place, (message) => bus.message(message));
    slot.writeConfig(0x04, 16, FIRMWARE_COMMAND);
    if (slot.readConfig(0x3d, 8) !== 0) slot.writeConfig(0x3c, 8, FIRMWARE_LINE);
    // A virtual function is isolated from all others, as behind a port with Access Control Services.
    const group = physicalFunction === undefined ? plugging.group : this.#freeId();
    if (unit !== undefined) this.join(slot, this.#groupFor(name, unit, group));
    slot.virtualFunctions = virtualFunctionsOf(this, slot);
    this.#slots.set(name, slot);
    this.#tellFunctions(name);
    model.plug(bus);
    return slot;
  }

  /** Takes a device out, which has left its driver. */
  remove(slot: PciSlot): void {
    slot.ailment = "gone";
    this.#slots.delete(slot.address);
    this.#tellFunctions(slot.address);
    this.join(slot, undefined);
  }

  /** Puts a device into another group; its old one goes with its last device. */
  join(slot: PciSlot, group: IommuGroupState | undefined): void {
    slot.group?.slots.delete(slot);
    if (slot.group?.slots.size === 0) this.#groups.delete(slot.group.id);
    slot.group = group;
    group?.slots.add(slot);
  }

  /** Makes up a group for a device without an IOMMU. */
  makeUpGroup(): IommuGroupState {
    return this.#group(this.#freeId(), undefined, []);
  }

  /** Lets go of pinned pages. */
  unpin(memory: PinnedMemory): void {
    if (memory instanceof Pin) memory.release();
  }

  /** What the IOMMU blocked. */
  faults(): readonly IommuFault[] {
    return [...this.#faults];
  }

  /** Records what the IOMMU blocked. */
  fault(fault: IommuFault): void {
    if (this.#faults.length < FAULT_LIMIT) this.#faults.push(fault);
    this.log.write(faultLine(fault));
  }

  /** Translates a device's access. Behind an IOMMU, a device that nobody has attached may reach nothing. */
  translate(slot: PciSlot, iova: bigint, write: boolean): Translation {
    const instance = slot.group?.vfio?.container?.instance;
    if (instance !== undefined) return instance.translate(slot.address, iova, write);
    const { unit } = slot;
    if (unit !== undefined) return unit.report(iova, write, "no-domain");
    return { physical: iova, size: PAGE - Number(iova % BigInt(PAGE)) };
  }

  /** Reads physical memory: RAM, or another device's BAR. @returns Whether somebody answered. */
  readPhysical(physical: number, into: Uint8Array): boolean {
    const extent = this.memory.at(physical);
    if (extent !== undefined) {
      const offset = physical - extent.physical;
      into.set(extent.bytes.subarray(offset, offset + into.length));
      return true;
    }
    const place = this.#barAt(physical);
    if (place === undefined) return false;
    for (let i = 0; i < into.length; i++) into[i] = place.slot.readBar(place.bar, place.offset + i, 8);
    return true;
  }

  /** Writes physical memory. @returns Whether somebody took it. */
  writePhysical(physical: number, from: Uint8Array): boolean {
    const extent = this.memory.at(physical);
    if (extent !== undefined) {
      extent.bytes.set(from, physical - extent.physical);
      return true;
    }
    const place = this.#barAt(physical);
    if (place === undefined) return false;
    from.forEach((byte, i) => place.slot.writeBar(place.bar, place.offset + i, 8, byte));
    return true;
  }

  /** Resets the bus of a device that is alone on it. */
  resetBus(slot: PciSlot): boolean {
    if (hitBy(slot, this.slots()).length !== 1) return false;
    slot.function.reset();
    return true;
  }

  #barAt(
    physical: number,
  ): { readonly slot: PciSlot; readonly bar: number; readonly offset: number } | undefined {
    for (const slot of this.#slots.values()) {
      for (const [bar, start] of slot.bars) {
        const size = slot.function.model.config.bars.get(bar)?.size ?? 0;
        if (physical >= start && physical < start + size) return { slot, bar, offset: physical - start };
      }
    }
    return undefined;
  }

  /** Function 0 of a card tells whether there are others; virtual ones are told of elsewhere. */
  #tellFunctions(address: string): void {
    const card = address.slice(0, -1);
    const first = this.#slots.get(`${card}0`);
    if (first === undefined) return;
    first.multifunction = this.slots().some((slot) => slot !== first && slot.address.startsWith(card));
  }

  /** Functions of one device share a group, for nothing isolates them from each other; other devices have their own. */
  #groupFor(address: string, unit: IommuUnit, wanted: number | undefined): IommuGroupState {
    const device = address.slice(0, -1);
    const sibling = this.slots().find((slot) => slot.address.startsWith(device));
    return this.#group(wanted ?? sibling?.group?.id ?? this.#freeId(), unit, this.#options.reserved);
  }

  #group(id: number, unit: IommuUnit | undefined, reserved: readonly ReservedRegion[]): IommuGroupState {
    const group = this.#groups.get(id) ?? new IommuGroupState(id, unit, reserved);
    this.#groups.set(id, group);
    return group;
  }

  #freeId(): number {
    let id = 0;
    while (this.#groups.has(id)) id++;
    return id;
  }
}
