/** AddressSpace: an IOMMU context, the devices whose DMA goes through it, and the memory mapped there. */
import { checkSize } from "../core/checks.ts";
import { VfioError } from "../core/errors.ts";
import type { Backend, GroupDoor } from "../core/backend.ts";
import type { Container } from "../core/container.ts";
import type { Device } from "../core/device.ts";
import type { Group } from "../core/group.ts";
import type { DmaInfo, DmaSpace } from "../core/iommu_driver.ts";
import type { AddressedMemory, HostMemoryOptions } from "../core/memory.ts";
import { IovaAllocator } from "../iommu/iova_allocator.ts";
import { parseAddress } from "../pci/address.ts";
import { DmaBuffer, DmaMapping, hasIommu } from "./dma.ts";
import type { DmaContext, DmaOptions } from "./dma.ts";
import { PciDevice } from "./pci_device.ts";

/** Objects opened elsewhere, of descriptors handed in. They are used as they are, and stay yours to dispose of. */
export interface GivenObjects {
  /** Whatever state it is in: groups attached or not, IOMMU set or not. */
  readonly container: Container;
  /** Open groups; others are opened when needed. Dispose detaches what the space attached: `EBUSY` while you use it. */
  readonly groups?: readonly Group[];
}

/** What an address space is made of. */
export interface AddressSpaceOptions {
  /** Where devices are. */
  readonly backend: Backend;
  /** Which IOMMU driver to set. @default "type1v2" */
  readonly iommu?: "type1" | "type1v2";
  /** A container opened elsewhere, to use instead of one of its own. */
  readonly given?: GivenObjects;
  /** Disposes of the space when its last device is closed: what openDevice() asks for. @default false */
  readonly closeWithLastDevice?: boolean;
}

/** How a device is opened. */
export interface OpenOptions {
  /** The VF token, a UUID: for VFs of a PF that vfio-pci drives, and for such a PF. */
  readonly token?: string;
  /** "trapped" never maps regions: each access is a system call, and nothing another process does can end this one. @default "mapped" */
  readonly mmio?: "mapped" | "trapped";
}

/** How memory is made and mapped. */
export interface AllocateOptions extends HostMemoryOptions, DmaOptions {}

/**
 * An address space for DMA: one container, its groups and its IOMMU driver.
 *
 * The container is opened with the first device, groups once each; devices of one space see each other's mappings.
 * Dispose takes everything down: it silences all devices, closes them, then ends buffers and mappings, groups, the
 * container. Each step is taken, also when one before it fails.
 */
export class AddressSpace implements Disposable {
  /** Where its devices are. */
  readonly backend: Backend;
  readonly #iommu: "type1" | "type1v2";
  readonly #door: GroupDoor;
  readonly #given: GivenObjects | undefined;
  readonly #closeWithLastDevice: boolean;
  readonly #groups = new Map<number, Group>();
  readonly #devices = new Set<PciDevice>();
  readonly #mappings = new Set<Disposable>();
  readonly #allocator = new IovaAllocator();
  readonly #handles = new DisposableStack();
  #container: Container | undefined;
  /** What the IOMMU told last; undefined before anybody asked. */
  #info: DmaInfo | undefined;
  #closed = false;

  /** Makes a space; opens nothing yet. @throws {VfioError} `ENODEV` when the backend has no groups. */
  constructor(options: AddressSpaceOptions) {
    const { backend, iommu = "type1v2", given, closeWithLastDevice = false } = options;
    if (backend.groups === undefined) throw noGroups(backend);
    this.backend = backend;
    this.#door = backend.groups;
    this.#iommu = iommu;
    this.#given = given;
    this.#closeWithLastDevice = closeWithLastDevice;
    this.#container = given?.container;
    for (const group of given?.groups ?? []) this.#groups.set(group.id, group);
  }

  /** Whether the space is disposed of. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * The IOMMU below. What is mapped there directly, allocate() and map() do not know of.
   *
   * @throws {VfioError} `EINVAL` before the first device is open; `EBADF` after dispose.
   */
  get dma(): DmaSpace {
    this.#check("VFIO_IOMMU_MAP_DMA");
    if (this.#container === undefined) throw noDevice();
    return this.#container.iommu;
  }

  /** How devices are reached, and why so, in words. */
  get reason(): string {
    const type = this.#container?.iommu.type ?? this.#iommu;
    const given = this.#given === undefined ? "" : ", on a container that was handed in";
    return `by groups, with ${type}${given}: the way that every kernel with VFIO has`;
  }

  /**
   * Opens a device, in the kernel's order: container, group, IOMMU, device. What fails leaves nothing open.
   *
   * @param address "0000:00:04.0".
   * @throws {VfioError} `ENODEV` when there is no such device, or it has no IOMMU group; `EBUSY` when it is open in
   * this space; else as {@linkcode GroupDoor.openContainer}, {@linkcode GroupDoor.openGroup}, {@linkcode Group.setContainer},
   * {@linkcode Container.setIommu} and {@linkcode Group.openDevice}.
   */
  open(address: string, options: OpenOptions = {}): PciDevice {
    this.#check("open");
    const name = parseAddress(address);
    const { host } = this.backend;
    const id = host.groupOf(name);
    if (id === undefined) throw notThere(name, host.find(name) !== undefined);
    this.#checkNew(name);
    const { token } = options;
    const known = this.#knownGroup(id);
    using handles = new DisposableStack();
    const container = this.#container ?? handles.use(this.#door.openContainer());
    const group = known?.group ?? handles.use(this.#door.openGroup(id));
    if (!known?.attached) group.setContainer(container);
    // A group of our own lets go when it is closed; one that was handed in stays open.
    if (known?.attached === false) handles.defer(() => detach(group));
    if (this.#container === undefined || !hasIommu(container.iommu)) container.setIommu(this.#iommu);
    using opened = new DisposableStack();
    const model = opened.use(group.openDevice(token === undefined ? name : `${name} vf_token=${token}`));
    const device = this.#wrap(model, container, options);
    opened.move();
    if (this.#container !== undefined && known?.attached) return device;
    this.#container = container;
    this.#groups.set(id, group);
    this.#handles.use(handles.move());
    return device;
  }

  /**
   * Takes a device that was opened elsewhere, and owns it from then on; on an error it stays yours. Opens no group:
   * its DMA goes through the container that was handed in.
   *
   * @throws {VfioError} `EINVAL` when no container was handed in and no device is open, or the container has no IOMMU;
   * `EBUSY` when the device is open in this space.
   */
  adopt(device: Device, options: OpenOptions = {}): PciDevice {
    this.#check("open");
    if (this.#container === undefined) throw noDevice();
    this.#checkNew(device.name);
    return this.#wrap(device, this.#container, options);
  }

  /**
   * Makes memory that this process and the space's devices share, page-aligned and zeroed.
   *
   * @param size Bytes, rounded up to whole pages. IOVAs are the lowest that fit, from one page up; 0 is never given.
   * @throws {VfioError} `ENOSPC` when no IOVA fits; `ENOMEM` without memory, or over RLIMIT_MEMLOCK; else as
   * {@linkcode IommuDriver.map}.
   */
  allocate(size: number, options: AllocateOptions = {}): DmaBuffer {
    const context = this.#context();
    const bytes = Math.ceil(checkSize("size", size) / context.pageSize) * context.pageSize;
    using memory = new DisposableStack();
    const buffer = new DmaBuffer(context, memory.use(this.backend.allocate(bytes, options)), options);
    this.#mappings.add(buffer);
    memory.move();
    return buffer;
  }

  /**
   * Lets the space's devices reach memory made elsewhere: {@linkcode Backend.allocate}'s, a memfd's, or another
   * device's mapped BAR (peer to peer).
   *
   * @throws {VfioError} as {@linkcode allocate}; `EBADF` when the memory is disposed of; `EFAULT` for a BAR that is
   * not decoded.
   */
  map(memory: AddressedMemory, options: DmaOptions = {}): DmaMapping {
    const mapping = new DmaMapping(this.#context(), memory, options);
    this.#mappings.add(mapping);
    return mapping;
  }

  /** Takes everything down: devices, buffers and mappings, groups, container. Again is a no-op. */
  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    using steps = new DisposableStack();
    steps.use(this.#handles);
    for (const mapping of this.#mappings) steps.use(mapping);
    for (const device of this.#devices) steps.use(device);
    // All fall silent before any is closed: one may be writing into another's BAR.
    for (const device of this.#devices) steps.defer(() => device.quiesce());
  }

  #wrap(model: Device, container: Container, options: OpenOptions): PciDevice {
    const info = container.iommu.info();
    const device: PciDevice = new PciDevice(this, model, options, () => this.#left(device));
    this.#learn(info);
    this.#devices.add(device);
    return device;
  }

  #left(device: PciDevice): void {
    this.#devices.delete(device);
    if (this.#closeWithLastDevice && this.#devices.size === 0) this[Symbol.dispose]();
  }

  #learn(info: DmaInfo): DmaInfo {
    this.#allocator.setRanges(info.ranges ?? [{ start: 0n, last: ALL }]);
    return this.#info = info;
  }

  /** A group that is open, and whether it is attached. A dead one is dropped: its number may stand for another now. */
  #knownGroup(id: number): { readonly group: Group; readonly attached: boolean } | undefined {
    const group = this.#groups.get(id);
    if (group === undefined) return undefined;
    const attached = isAttached(group);
    if (attached !== undefined) return { group, attached };
    this.#groups.delete(id);
    if (!this.#given?.groups?.includes(group)) group[Symbol.dispose]();
    return undefined;
  }

  #context(): DmaContext {
    const { dma } = this;
    const { alignment } = this.#info ?? this.#learn(dma.info());
    const ended = (mapping: Disposable) => this.#mappings.delete(mapping);
    return { dma, allocator: this.#allocator, pageSize: Number(alignment), ended };
  }

  #checkNew(address: string): void {
    for (const device of this.#devices) if (device.address === address) throw openAlready(address);
  }

  #check(operation: string): void {
    if (!this.#closed) return;
    throw new VfioError({
      code: "EBADF",
      operation,
      subject: "the address space",
      detail: "it is disposed of",
    });
  }
}

const ALL = 0xffff_ffff_ffff_ffffn;

function noDevice(): VfioError {
  return new VfioError({
    code: "EINVAL",
    operation: "VFIO_IOMMU_MAP_DMA",
    subject: "the address space",
    detail: "no device is open in it yet, and the IOMMU comes with the first",
  });
}

/** Whether a group is attached; undefined for one that is dead, which it is once its last device was unbound. */
function isAttached(group: Group): boolean | undefined {
  try {
    return group.status().containerSet;
  } catch (error) {
    if (error instanceof VfioError && error.code === "ENODEV") return undefined;
    throw error;
  }
}

function detach(group: Group): void {
  if (!group.closed && isAttached(group)) group.unsetContainer();
}

function openAlready(address: string): VfioError {
  return new VfioError({
    code: "EBUSY",
    operation: "open",
    subject: address,
    detail: "it is open in this address space",
  });
}

function notThere(address: string, hasNoGroup: boolean): VfioError {
  const detail = hasNoGroup
    ? "it has no IOMMU group: the IOMMU is off in the firmware or the kernel (intel_iommu=on), or there is none"
    : "there is no such PCI device";
  return new VfioError({ code: "ENODEV", operation: "open", subject: address, detail });
}

function noGroups(backend: Backend): VfioError {
  return new VfioError({
    code: "ENODEV",
    operation: "open",
    subject: backend.name,
    detail: "this backend has no groups",
  });
}
