/** EmulatedDevice: a device's descriptor. */
import { checkRegionOffset, checkU16, checkU32, checkU64 } from "../../core/checks.ts";
import type {
  Device,
  DeviceInfo,
  FeatureRequest,
  FeatureResult,
  HotResetInfo,
  IoEventRequest,
} from "../../core/device.ts";
import type { ErrorCode } from "../../core/errors.ts";
import type { Group } from "../../core/group.ts";
import type { Hwpt, Ioas, Iommufd } from "../../core/iommufd.ts";
import type { IrqInfo, IrqRequest } from "../../core/irq.ts";
import type { Region, RegionInfo } from "../../core/region.ts";
import { readIrqs } from "../../core/requests.ts";
import { Descriptor, lookUp } from "./descriptor.ts";
import { Eventfd } from "./eventfd.ts";
import type { VfioGroup } from "./iommu_group.ts";
import { kernelError } from "./kernel_error.ts";
import type { Task } from "./task.ts";
import { EmulatedRegion } from "./region.ts";
import { DeviceFile } from "./device_file.ts";
import { askFeature } from "./vfio_pci/features.ts";
import { hotReset, hotResetInfo } from "./vfio_pci/hot_reset.ts";
import type { VfioPciDevice } from "./vfio_pci/vfio_pci_device.ts";

/** A descriptor of a device; all of one device share its state. */
export class EmulatedDevice extends Descriptor implements Device {
  readonly name: string;
  /** The open file: this descriptor holds it, and each mapping. */
  readonly state: DeviceFile;
  readonly #task: Task;
  readonly #regions = new Map<number, EmulatedRegion>();

  /** Opens `vfio`; a group does it. */
  constructor(task: Task, vfio: VfioPciDevice, group: VfioGroup) {
    super(task, vfio.slot.address);
    this.name = vfio.slot.address;
    this.#task = task;
    this.state = new DeviceFile(vfio, group);
  }

  /** Tells regions, interrupts and flags. */
  info(): DeviceInfo {
    this.enter("VFIO_DEVICE_GET_INFO");
    return this.#vfio.info();
  }

  /** Tells about a region. */
  regionInfo(index: number): RegionInfo {
    checkU32("index", index);
    this.enter("VFIO_DEVICE_GET_REGION_INFO", `region ${index} of ${this.name}`);
    const info = this.#vfio.regions.info(index);
    if (info !== undefined) return info;
    throw this.#refuse("EINVAL", "VFIO_DEVICE_GET_REGION_INFO", `it has no region ${index}`);
  }

  /** Gives the window on a region: the same object at every call. */
  region(index: number): Region {
    checkU32("index", index);
    let region = this.#regions.get(index);
    if (region === undefined) {
      region = new EmulatedRegion(this, this.#task, index);
      this.#regions.set(index, region);
    }
    return region;
  }

  /** Tells about an interrupt index. */
  irqInfo(index: number): IrqInfo {
    checkU32("index", index);
    this.enter("VFIO_DEVICE_GET_IRQ_INFO");
    const info = this.#vfio.irqs.info(index);
    if (info !== undefined) return info;
    throw this.#refuse("EINVAL", "VFIO_DEVICE_GET_IRQ_INFO", `it has no interrupts of index ${index}`);
  }

  /** Masks, unmasks, triggers, connects or disables interrupts. */
  setIrqs(request: IrqRequest): number {
    const operation = "VFIO_DEVICE_SET_IRQS";
    const checked = readIrqs(request);
    this.enter(operation);
    const result = this.#vfio.irqs.set(checked, (signal) => this.#eventfd(signal, operation));
    if (typeof result === "number") return result;
    throw this.#refuse(result, operation);
  }

  /** Resets the function. */
  reset(): void {
    this.enter("VFIO_DEVICE_RESET");
    if (!this.#vfio.reset()) throw this.#refuse("EINVAL", "VFIO_DEVICE_RESET", "the function has no reset");
  }

  /** Resets the function; in virtual time nobody waits for it. */
  resetAsync(): Promise<void> {
    return new Promise((resolve) => {
      this.reset();
      resolve();
    });
  }

  /** Tells what a hot reset hits. */
  hotResetInfo(): HotResetInfo {
    const operation = "VFIO_DEVICE_GET_PCI_HOT_RESET_INFO";
    this.enter(operation);
    const info = hotResetInfo(this.#vfio.slot, this.#task.machine.slots());
    if (info !== undefined) return info;
    throw this.#refuse("ENODEV", operation, "the bus or slot it is on cannot be reset");
  }

  /** Resets the bus. */
  hotReset(groups: readonly Group[]): void {
    const operation = "VFIO_DEVICE_PCI_HOT_RESET";
    const given = [...groups];
    this.enter(operation);
    const code = hotReset(
      this.#vfio.slot,
      this.#task.machine,
      given.length,
      () => given.map((group) => lookUp(group, this.#task, operation, this.name).state),
    );
    if (code !== undefined) throw this.#refuse(code, operation);
  }

  /** Resets the bus; in virtual time nobody waits for it. */
  hotResetAsync(groups: readonly Group[]): Promise<void> {
    return new Promise((resolve) => {
      this.hotReset(groups);
      resolve();
    });
  }

  /** Asks for, probes or sets a feature. */
  feature(request: FeatureRequest): FeatureResult {
    const operation = "VFIO_DEVICE_FEATURE";
    const { feature, probe = false, get = false, set = false, data, signal } = request;
    checkU16("feature", feature);
    this.enter(operation);
    const payload = data === undefined ? new Uint8Array(0) : data.slice();
    const asked = { feature, probe, get, set, data: payload };
    const code = askFeature(this.#vfio, this.#task.machine.facts, asked, () => {
      const given = signal?.signal;
      return given === null || given === undefined ? undefined : this.#eventfd(given, operation);
    });
    if (code !== undefined) throw this.#refuse(code, operation);
    return { data: payload };
  }

  /** Lets a signal write a register. */
  ioeventfd(request: IoEventRequest): void {
    const operation = "VFIO_DEVICE_IOEVENTFD";
    const { region, offset, width, data, signal } = request;
    checkU32("region", region);
    checkRegionOffset(offset);
    checkU32("width", width);
    checkU64("data", data);
    this.enter(operation);
    const lookUpSignal = signal === null ? undefined : () => this.#eventfd(signal, operation);
    const code = this.#vfio.ioeventfds.set({ region, offset, width, data }, lookUpSignal);
    if (code !== undefined) throw this.#refuse(code, operation);
  }

  /** Refuses: this device was opened through its group. */
  bind(_iommufd: Iommufd, _options?: { readonly token?: string }): number {
    return this.#noNode("VFIO_DEVICE_BIND_IOMMUFD");
  }

  /** Refuses: this device was opened through its group. */
  attach(_table: Ioas | Hwpt | number): number {
    return this.#noNode("VFIO_DEVICE_ATTACH_IOMMUFD_PT");
  }

  /** Refuses: this device was opened through its group. */
  detach(): void {
    this.#noNode("VFIO_DEVICE_DETACH_IOMMUFD_PT");
  }

  /** Closes the device; in virtual time nobody waits for it. */
  [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
    return Promise.resolve();
  }

  /** Lets the file go, which closes the device unless a mapping keeps it. */
  protected override release(): void {
    this.state.release();
  }

  get #vfio(): VfioPciDevice {
    return this.state.vfio;
  }

  #eventfd(signal: unknown, operation: string): Eventfd {
    const found = lookUp(signal, this.#task, operation, this.name);
    if (found.state instanceof Eventfd) return found.state;
    throw this.#refuse("EINVAL", operation, "what was given is no signal");
  }

  #refuse(code: ErrorCode, operation: string, detail?: string) {
    return kernelError(code, operation, this.name, detail);
  }

  /** Kernels without device nodes do not know these calls. */
  #noNode(operation: string): never {
    this.enter(operation);
    throw this.#refuse("ENOTTY", operation, "it was opened through its group");
  }
}
