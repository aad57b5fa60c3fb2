/** EmulatedHost: a whole machine, and a process on it. */
import type { IommuFault, ReservedRegion } from "../../core/host.ts";
import type { DeviceModel } from "../../devices/device_model.ts";
import { iommuUnit } from "../../iommu/hardware.ts";
import type { IommuPlugin } from "../../iommu/iommu_plugin.ts";
import type { IommuKind, KernelVersion } from "../../iommu/iommu_unit.ts";
import { NoIommuPlugin } from "../../iommu/noiommu_plugin.ts";
import { Type1Plugin } from "../../iommu/type1_plugin.ts";
import { probe, VFIO_PCI } from "./binding.ts";
import { kernelError } from "./kernel_error.ts";
import { Machine } from "./machine.ts";
import { PARAMETERS } from "./module_parameters.ts";
import type { ModuleParameters } from "./module_parameters.ts";
import { EmulatedProcess } from "./process.ts";
import type { Surroundings } from "./surroundings.ts";
import { Sysfs } from "./sysfs.ts";
import { Task } from "./task.ts";
import type { ProcessOptions } from "./task.ts";
import { requestUnbind } from "./unbind_request.ts";
import type { UnbindRequest } from "./unbind_request.ts";

/** VFIO's modules, as on a machine that is ready for it. */
const MODULES = ["vfio", "vfio_iommu_type1", "vfio_pci"];

/** What an emulated host is like. */
export interface EmulatedHostOptions {
  /** Whose rules apply. @default "7.2" */
  readonly kernel?: KernelVersion;
  /** The IOMMU it has; "none": devices are given physical addresses, where the kernel lets anybody use them. @default "vt-d" */
  readonly iommu?: IommuKind | "none";
  /** Varies how late devices act; 0: never. Equal seeds give equal runs. @default 0 */
  readonly seed?: number;
  /** Bits of an IOVA that the IOMMU translates, 32 to 64. @default 48 for VT-d, 64 for AMD-Vi, 39 for virtio */
  readonly addressWidth?: number;
  /** Ranges that all groups must leave alone. @default what the IOMMU reserves: the MSI window, on AMD HyperTransport's */
  readonly reserved?: readonly ReservedRegion[];
  /** The IOMMU remaps interrupts; else VFIO asks for `allow_unsafe_interrupts`. @default true, but for virtio */
  readonly interruptRemapping?: boolean;
  /** The IOMMU makes all DMA coherent: the extension "dma-cc". @default true for AMD-Vi */
  readonly enforcesCoherency?: boolean;
  /** Parameters of the kernel's modules; what is not said is as the kernel has it. */
  readonly parameters?: Partial<ModuleParameters>;
  /** Interrupt vectors that the platform gives a device at most. @default 2048 */
  readonly vectorLimit?: number;
  /** Pages of 2 MiB that are set aside for `hugePages`. @default as many as are wanted */
  readonly hugePages?: number;
  /** VFIO's modules that are loaded. @default all: "vfio", "vfio_iommu_type1", "vfio_pci" */
  readonly modules?: readonly string[];
}

/** How a device is plugged in. */
export interface PlugOptions {
  /** Its IOMMU group, where there is an IOMMU. @default functions of one device share one, others have their own */
  readonly group?: number;
  /** Ranges that the device keeps its group from using, as firmware's memory for it (RMRR). @default none */
  readonly reserved?: readonly ReservedRegion[];
  /** The host's IOMMU is not in front of it. @default false */
  readonly noIommu?: boolean;
  /** The driver that has it; null: none. @default "vfio-pci" */
  readonly driver?: string | null;
}

/** Something that goes wrong with a device. */
export type DeviceFault =
  /** It answers every access with all ones and takes no write, until "none" is injected. */
  | "answers-all-ones"
  /** It is gone without notice: it answers nothing and does nothing. */
  | "gone"
  /** Its next interrupt gets lost. */
  | "loses-interrupt"
  /** An uncorrectable PCI Express error is reported: ERR fires. */
  | "error"
  /** It is well again. */
  | "none";

/**
 * An emulated machine with an IOMMU, a Linux kernel with VFIO and the devices that are plugged in; and, as a
 * {@linkcode Backend}, a process of root on it.
 *
 * Guarantees: it needs no permission, holds no timer and reads no clock; equal calls in equal order with an equal seed
 * give equal results. Time is virtual: it moves when somebody waits.
 *
 * @example Plug a device in and read a register
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openDevice } from "@vfio/vfio";
 * import { EmulatedEdu } from "@vfio/vfio/devices";
 * import { EmulatedHost } from "@vfio/vfio/emulated";
 *
 * const host = new EmulatedHost().plug("0000:00:04.0", new EmulatedEdu());
 * using edu = openDevice("0000:00:04.0", { backend: host });
 * assertEquals(edu.region("bar0").read32(0), 0x010000ed);
 * ```
 */
export class EmulatedHost extends EmulatedProcess {
  /** Drivers and devices, as an administrator's sysfs has them. */
  readonly sysfs: Sysfs;
  /** What the machine does beside VFIO, as {@linkcode Host.details} and {@linkcode Host.system} tell it. */
  readonly surroundings: Surroundings;
  readonly #machine: Machine;

  /** Switches a machine on, without devices. */
  constructor(options: EmulatedHostOptions = {}) {
    const { kernel = "7.2", iommu = "vt-d", seed = 0 } = options;
    const unit = iommu === "none" ? undefined : iommuUnit(iommu, { ...options, kernel });
    const { modules = MODULES } = options;
    const plugins = modules.includes("vfio_iommu_type1") ? [new Type1Plugin(), new NoIommuPlugin()] : [];
    const machine = new Machine({
      kernel,
      seed,
      parameters: { ...PARAMETERS, ...options.parameters },
      iommu: iommu === "none" ? undefined : iommu,
      unit,
      reserved: options.reserved ?? unit?.reserved ?? [],
      vectorLimit: options.vectorLimit ?? 2048,
      hugePages: options.hugePages ?? Infinity,
    }, plugins);
    super(new Task(machine));
    if (!modules.includes("vfio_pci")) machine.drivers.delete(VFIO_PCI);
    this.#machine = machine;
    this.surroundings = machine.surroundings;
    for (const module of modules) this.surroundings.modules.add(module);
    this.sysfs = new Sysfs(machine);
  }

  /**
   * Plugs a device into a slot.
   *
   * @param address Where, as "0000:00:04.0".
   * @returns The host itself, so that calls chain.
   * @throws {TypeError} when the slot is taken, or the address is none.
   */
  plug(address: string, model: DeviceModel, options: PlugOptions = {}): this {
    const { driver = this.#machine.drivers.has(VFIO_PCI) ? VFIO_PCI : null } = options;
    const slot = this.#machine.plug(address, model, options);
    if (driver === null) return this;
    this.#machine.drivers.add(driver);
    const code = probe(this.#machine, slot, driver);
    if (code === undefined) return this;
    throw kernelError(code, "bind", slot.address, `the driver ${driver} did not take it`);
  }

  /**
   * Asks a device out of its slot (hot unplug): REQ fires until it is closed, then it is gone.
   *
   * @throws {VfioError} `ENODEV` when there is no such device.
   */
  unplug(address: string): UnbindRequest {
    return requestUnbind(this.#machine, address, (slot) => this.#machine.remove(slot));
  }

  /**
   * Asks a device back from vfio-pci, as a write to its driver's `unbind` from outside does: it is done at once, or
   * after the device's last close; until then REQ fires every 10 s.
   *
   * @throws {VfioError} `ENODEV` when there is no such device.
   */
  requestUnbind(address: string): UnbindRequest {
    return requestUnbind(this.#machine, address, () => {});
  }

  /** Starts another process on the machine. */
  process(options: ProcessOptions = {}): EmulatedProcess {
    return new EmulatedProcess(new Task(this.#machine, options));
  }

  /** Loads another IOMMU driver; containers ask it before those that are there, as in the kernel. */
  registerIommu(plugin: IommuPlugin): this {
    this.#machine.plugins.unshift(plugin);
    return this;
  }

  /** Gives a group's node to a user. @throws {VfioError} `ENOENT` when it has none. */
  chown(group: number, uid: number): void {
    const vfio = this.#machine.group(group)?.vfio;
    if (vfio === undefined) throw kernelError("ENOENT", "chown", `/dev/vfio/${group}`);
    vfio.owner = uid;
  }

  /** Makes something go wrong with a device. @throws {VfioError} `ENODEV` when there is no such device. */
  inject(address: string, fault: DeviceFault): void {
    const slot = this.#machine.slotAt(address);
    if (fault === "loses-interrupt") slot.lostInterrupts++;
    else if (fault === "error") slot.vfio?.fireError();
    else slot.ailment = fault === "none" ? undefined : fault;
  }

  /** Lets everything happen that is under way. */
  settle(): void {
    this.#machine.queue.settle();
  }

  /** Writes a line into the kernel's log. */
  log(text: string): void {
    this.#machine.log.write(text);
  }

  /** What the IOMMU blocked so far. */
  faults(): readonly IommuFault[] {
    return this.#machine.faults();
  }
}
