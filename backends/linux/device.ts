/** LinuxDevice: the device's file, with vfio-pci behind it. */
import { checkRegionOffset, checkU32, checkU64 } from "../../core/checks.ts";
import type {
  Device,
  DeviceInfo,
  FeatureRequest,
  FeatureResult,
  HotResetInfo,
  IoEventRequest,
} from "../../core/device.ts";
import { VfioError } from "../../core/errors.ts";
import type { Group } from "../../core/group.ts";
import type { Hwpt, Ioas, Iommufd } from "../../core/iommufd.ts";
import type { IrqInfo, IrqRequest } from "../../core/irq.ts";
import type { Region, RegionInfo } from "../../core/region.ts";
import { callBlocking } from "../../os/blocking_call.ts";
import { closeDescriptor, Descriptor, descriptorOf } from "../../os/descriptor.ts";
import * as vfio from "../../uapi/vfio.ts";
import { vfio_device_ioeventfd, VFIO_PCI_CONFIG_REGION_INDEX } from "../../uapi/vfio.ts";
import { askDeviceInfo, askRegionInfo } from "./device_info.ts";
import { askFeature } from "./feature.ts";
import { askHotResetInfo, encodeHotReset } from "./hot_reset.ts";
import { attachDevice, bindDevice, detachDevice } from "./device_node.ts";
import { ioctl } from "./ioctl.ts";
import { askIrqInfo, setIrqs } from "./irqs.ts";
import { PhysicalDevice } from "./physical_device.ts";
import { positionOf, startOf } from "./positions.ts";
import { LinuxRegion } from "./region.ts";

/** An open device. */
export class LinuxDevice extends Descriptor implements Device {
  readonly name: string;
  /** What all handles of this device share in this process. */
  readonly physical: PhysicalDevice;
  readonly #regions = new Map<number, LinuxRegion>();
  /** Settles when no reset runs in a thread of its own any more: until then the descriptor stays open. */
  #resets: Promise<unknown> | undefined;

  /** Owns `fd` from here on. @param address The device's PCI address. */
  constructor(fd: number, address: string) {
    super(fd, address);
    this.name = address;
    this.physical = PhysicalDevice.of(address);
    this.physical.enter(this.region(VFIO_PCI_CONFIG_REGION_INDEX));
  }

  /** Tells regions, interrupts and flags. */
  info(): DeviceInfo {
    return askDeviceInfo(this.fd, this.name);
  }

  /** Tells about a region. */
  regionInfo(index: number): RegionInfo {
    return askRegionInfo(this.fd, checkU32("index", index), this.name);
  }

  /** Gives the window on a region: the same object at every call. */
  region(index: number): Region {
    checkU32("index", index);
    const known = this.#regions.get(index);
    if (known !== undefined) return known;
    const region = new LinuxRegion(this, index);
    this.#regions.set(index, region);
    return region;
  }

  /** Tells about an interrupt index. */
  irqInfo(index: number): IrqInfo {
    return askIrqInfo(this.fd, checkU32("index", index), this.name);
  }

  /** Masks, unmasks, triggers, connects or disables interrupts. */
  setIrqs(request: IrqRequest): number {
    return setIrqs(this.fd, request, this.name);
  }

  /** Resets the function. */
  reset(): void {
    this.physical.doubt();
    ioctl(this.fd, "VFIO_DEVICE_RESET", 0n, this.name);
  }

  /** Resets the function in a thread of its own. */
  async resetAsync(): Promise<void> {
    const reset = this.#call("VFIO_DEVICE_RESET");
    await this.#settled(this.physical.whileResetting(reset));
  }

  /** Tells what a hot reset hits. */
  hotResetInfo(): HotResetInfo {
    return askHotResetInfo((bytes) => ioctl(this.fd, "VFIO_DEVICE_GET_PCI_HOT_RESET_INFO", bytes, this.name));
  }

  /** Resets the bus or slot. */
  hotReset(groups: readonly Group[]): void {
    const bytes = encodeHotReset(Array.from(groups, descriptorOf));
    PhysicalDevice.doubtAll();
    ioctl(this.fd, "VFIO_DEVICE_PCI_HOT_RESET", bytes, this.name);
  }

  /** Resets the bus or slot in a thread of its own. */
  async hotResetAsync(groups: readonly Group[]): Promise<void> {
    const reset = this.#call("VFIO_DEVICE_PCI_HOT_RESET", encodeHotReset(Array.from(groups, descriptorOf)));
    await this.#settled(PhysicalDevice.whileResettingAll(reset));
  }

  /** Asks for, probes or sets a feature. */
  feature(request: FeatureRequest): FeatureResult {
    return askFeature(this.fd, request, this.name, this.physical);
  }

  /** Lets a signal write a register. */
  ioeventfd(request: IoEventRequest): void {
    const { region, offset, width, data, signal } = request;
    const bytes = vfio_device_ioeventfd.encode({
      argsz: vfio_device_ioeventfd.size,
      // The flag of a width is the width.
      flags: checkU32("width", width),
      offset: positionOf(startOf(checkU32("region", region)), checkRegionOffset(offset)),
      data: checkU64("data", data),
      fd: signal === null ? -1 : descriptorOf(signal),
    });
    ioctl(this.fd, "VFIO_DEVICE_IOEVENTFD", bytes, this.name);
  }

  /** Binds a device opened by its own node to an iommufd. */
  bind(iommufd: Iommufd, options: { readonly token?: string } = {}): number {
    return bindDevice(this.fd, iommufd, options.token, this.name);
  }

  /** Attaches a bound device to an address space. */
  attach(table: Ioas | Hwpt | number): number {
    return attachDevice(this.fd, typeof table === "number" ? table : table.id, this.name);
  }

  /** Detaches it. */
  detach(): void {
    detachDevice(this.fd, this.name);
  }

  /** Closes the device; the last close may take a second. Again is a no-op. */
  override [Symbol.dispose](): void {
    const fd = this.#leave();
    if (fd === undefined) return;
    if (this.#resets === undefined) this.#close(fd);
    else void this.#resets.then(() => this.#close(fd));
  }

  /** Closes the device in a thread of its own; in this one when there is no other to be had. */
  async [Symbol.asyncDispose](): Promise<void> {
    const fd = this.#leave();
    if (fd === undefined) return;
    using steps = new DisposableStack();
    steps.defer(() => this.physical.release());
    await this.#resets;
    try {
      await callBlocking({ call: "close", fd, operation: "close", subject: this.name });
    } catch (error) {
      if (error instanceof VfioError) throw error;
      closeDescriptor(fd, this.name);
    }
  }

  #call(
    name: "VFIO_DEVICE_RESET" | "VFIO_DEVICE_PCI_HOT_RESET",
    argument?: Uint8Array<ArrayBuffer>,
  ): Promise<number> {
    const call = {
      call: "ioctl",
      fd: this.fd,
      request: vfio[name],
      operation: name,
      subject: this.name,
    } as const;
    return callBlocking({ ...call, ...(argument === undefined ? {} : { argument }) });
  }

  /** Keeps the descriptor open until `reset` is over. */
  async #settled(reset: Promise<void>): Promise<void> {
    const settled = Promise.allSettled([this.#resets, reset]);
    this.#resets = settled;
    try {
      await reset;
    } finally {
      if (this.#resets === settled) this.#resets = undefined;
    }
  }

  #leave(): number | undefined {
    if (this.closed) return undefined;
    this.physical.leave(this.region(VFIO_PCI_CONFIG_REGION_INDEX));
    return this.leave();
  }

  #close(fd: number): void {
    try {
      closeDescriptor(fd, this.subject);
    } finally {
      this.physical.release();
    }
  }
}
