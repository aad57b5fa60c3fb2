/** PciDevice: an open PCI device, as a driver holds it. */
import { checkTimeout } from "../core/checks.ts";
import { VfioError } from "../core/errors.ts";
import { registers } from "../core/registers.ts";
import { IRQ_INDEX } from "../core/irq.ts";
import type { Clock } from "../core/clock.ts";
import type { Device } from "../core/device.ts";
import type { Group } from "../core/group.ts";
import type { IrqKind } from "../core/irq.ts";
import type { AddressedMemory, Memory } from "../core/memory.ts";
import type { RegionName } from "../pci/region_names.ts";
import type { Registers } from "../core/registers.ts";
import { CONFIG_HEADER } from "../pci/header.ts";
import { regionIndex } from "../pci/region_names.ts";
import type { AddressSpace, AllocateOptions, OpenOptions } from "./address_space.ts";
import type { DmaBuffer, DmaMapping, DmaOptions } from "./dma.ts";
import { Interrupts } from "./interrupts.ts";
import type { InterruptOptions } from "./interrupts.ts";
import { openRegionMemory } from "./region_memory.ts";
import type { RegionMemory } from "./region_memory.ts";
import { withDeadline } from "./deadline.ts";
import type { Vector } from "./vector.ts";

/** What dispose asks: laying out the whole header would take a good part of opening a device. */
const COMMAND = { command: CONFIG_HEADER.command } as const;

/** How long something that the kernel may hold for long may take. */
export interface DeadlineOptions {
  /** Milliseconds of real time; then `ETIMEDOUT` is thrown, and the kernel goes on by itself. */
  readonly timeoutMs: number;
}

/**
 * An open PCI device.
 *
 * It owns its interrupts and mapped regions: dispose switches interrupts off, then bus mastering, then unmaps and
 * closes. Made by {@linkcode AddressSpace.open} or `openDevice()`; with the latter it owns its address space too,
 * so that a program needs one `using`.
 */
export class PciDevice implements Disposable {
  /** "0000:00:04.0". */
  readonly address: string;
  /** The address space its DMA goes through. */
  readonly space: AddressSpace;
  /** The model floor below, for everything that is not wrapped here. */
  readonly model: Device;
  readonly #mmio: "mapped" | "trapped";
  readonly #regions = new Map<number, RegionMemory>();
  readonly #interrupts = new Map<IrqKind, Interrupts>();
  readonly #closed: () => void;
  #config: Registers<typeof CONFIG_HEADER> | undefined;
  #ended = false;

  /** Wraps an open device; `closed` is called once, after it is closed. */
  constructor(space: AddressSpace, model: Device, options: OpenOptions, closed: () => void) {
    this.space = space;
    this.model = model;
    this.address = model.name;
    this.#mmio = options.mmio ?? "mapped";
    this.#closed = closed;
    if (model.info().irqs > IRQ_INDEX.req) this.enableInterrupts("req");
  }

  /**
   * The header of the config space, as registers: `config.command.update({ busMaster: true })`.
   *
   * What the kernel virtualises reads and writes as its documentation says; the rest of the config space is
   * `region("config")`.
   */
  get config(): Registers<typeof CONFIG_HEADER> {
    return this.#config ??= registers(this.model.region(regionIndex("config")), CONFIG_HEADER);
  }

  /** Whether the device is closed. */
  get closed(): boolean {
    return this.#ended || this.model.closed;
  }

  /** The clock that the device lives by, for `until()`. */
  get clock(): Clock {
    return this.space.backend.clock;
  }

  /**
   * The kernel's request to give the device back, connected from the start: it fires when an administrator unbinds
   * the device, and every 10 s until it is closed; the unbind hangs until then. Undefined where the kernel has none.
   */
  get releaseRequests(): Vector | undefined {
    return this.#interrupts.get("req")?.vectors[0];
  }

  /**
   * The memory of a region: mapped where the kernel allows it, through the kernel elsewhere. The same object at every
   * call.
   *
   * @throws {VfioError} `EINVAL` when the device has no such region.
   */
  region(name: RegionName): Memory {
    const index = regionIndex(name);
    this.#check("VFIO_DEVICE_GET_REGION_INFO");
    const open = this.#regions.get(index);
    if (open !== undefined) return open.memory;
    const info = this.model.region(index).info();
    if (info.size === 0) throw absent(this.address, name);
    const region = openRegionMemory(this.model, info, this.#mmio);
    this.#regions.set(index, region);
    return region.memory;
  }

  /** Makes memory that this process and the device share: {@linkcode AddressSpace.allocate}. */
  allocate(size: number, options?: AllocateOptions): DmaBuffer {
    this.#check("VFIO_IOMMU_MAP_DMA");
    return this.space.allocate(size, options);
  }

  /** Lets the device reach memory made elsewhere: {@linkcode AddressSpace.map}. */
  map(memory: AddressedMemory, options?: DmaOptions): DmaMapping {
    this.#check("VFIO_IOMMU_MAP_DMA");
    return this.space.map(memory, options);
  }

  /**
   * Enables a kind of interrupts. Disposing of what it gives, or of the device, disables it.
   *
   * MSI and MSI-X reach the host only while the device is bus master, which the program switches on itself.
   *
   * @throws {VfioError} `EINVAL` when the device has none of that kind, or another of INTx, MSI and MSI-X is enabled;
   * `EBUSY` when the kind is enabled, as "req" always is ({@linkcode releaseRequests}); `ENOSPC` when device or
   * platform have fewer vectors than `atLeast`.
   */
  enableInterrupts(kind: IrqKind, options?: InterruptOptions): Interrupts {
    this.#check("VFIO_DEVICE_SET_IRQS");
    const enabled = this.#interrupts.get(kind);
    if (enabled !== undefined && !enabled.closed) throw enabledAlready(this.address, kind);
    const interrupts = new Interrupts(this.space.backend, this.model, kind, options);
    this.#interrupts.set(kind, interrupts);
    return interrupts;
  }

  /** Resets the function, blocking until it is done. @throws {VfioError} `EINVAL` when it has no reset. */
  reset(): void {
    this.model.reset();
  }

  /** Resets the function while the event loop goes on. @throws {VfioError} as reset(); `ETIMEDOUT` after the deadline. */
  resetAsync(options: DeadlineOptions): Promise<void> {
    return withDeadline(() => this.model.resetAsync(), options.timeoutMs, "VFIO_DEVICE_RESET", this.address);
  }

  /**
   * Resets the bus or slot, with all that is on it, while the event loop goes on.
   *
   * @param groups Every group that is hit, as `model.hotResetInfo()` tells them. They have to stay open until it is done.
   * @throws {VfioError} as {@linkcode Device.hotReset}; `ETIMEDOUT` after the deadline.
   */
  hotResetAsync(groups: readonly Group[], options: DeadlineOptions): Promise<void> {
    const operation = "VFIO_DEVICE_PCI_HOT_RESET";
    return withDeadline(() => this.model.hotResetAsync(groups), options.timeoutMs, operation, this.address);
  }

  /**
   * Switches interrupts off, then bus mastering: what dispose begins with.
   *
   * @internal
   */
  quiesce(): void {
    using steps = new DisposableStack();
    steps.defer(() => this.#stopMastering());
    for (const interrupts of this.#interrupts.values()) steps.use(interrupts);
  }

  /** Closes the device. Again is a no-op. Every step is taken, also when one before it fails. */
  [Symbol.dispose](): void {
    if (this.#ended) return;
    this.#ended = true;
    using steps = new DisposableStack();
    steps.defer(this.#closed);
    steps.use(this.model);
    steps.use(this.#openParts());
  }

  /**
   * Closes the device as dispose does, with the last close, which resets the device, in a thread of its own.
   *
   * @throws {VfioError} `ETIMEDOUT` after the deadline; the kernel closes it by itself then.
   */
  async close(options: DeadlineOptions): Promise<void> {
    const timeoutMs = checkTimeout(options.timeoutMs);
    if (this.#ended) return;
    this.#ended = true;
    await using steps = new AsyncDisposableStack();
    steps.defer(this.#closed);
    steps.defer(() =>
      withDeadline(() => this.model[Symbol.asyncDispose](), timeoutMs, "close", this.address)
    );
    steps.use(this.#openParts());
  }

  /** What is taken down before the device is closed: it falls silent, then regions are unmapped. */
  #openParts(): Disposable {
    const parts = new DisposableStack();
    for (const region of this.#regions.values()) parts.use(region);
    parts.defer(() => this.quiesce());
    return parts;
  }

  #stopMastering(): void {
    if (this.model.closed) return;
    const { command } = registers(this.model.region(regionIndex("config")), COMMAND);
    if (command.read().busMaster) command.update({ busMaster: false });
  }

  #check(operation: string): void {
    if (!this.closed) return;
    throw new VfioError({
      code: "EBADF",
      operation,
      subject: this.address,
      detail: "it is disposed of",
    });
  }
}

function absent(address: string, name: RegionName): VfioError {
  return new VfioError({
    code: "EINVAL",
    operation: "VFIO_DEVICE_GET_REGION_INFO",
    subject: address,
    detail: `the device has no ${name}`,
  });
}

function enabledAlready(address: string, kind: IrqKind): VfioError {
  return new VfioError({
    code: "EBUSY",
    operation: "VFIO_DEVICE_SET_IRQS",
    subject: address,
    detail: kind === "req"
      ? "the device's releaseRequests has them"
      : `${kind} is enabled already: dispose of its Interrupts first`,
  });
}
