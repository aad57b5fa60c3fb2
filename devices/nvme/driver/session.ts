/** Session: an open controller, its queues, and what becomes of them when it fails. */
import type { Clock } from "../../../core/clock.ts";
import { VfioError } from "../../../core/errors.ts";
import { registers } from "../../../core/registers.ts";
import type { DmaBuffer } from "../../../driverkit/dma.ts";
import type { PciDevice } from "../../../driverkit/pci_device.ts";
import { NVME } from "../registers.ts";
import { NVME_CNS } from "../registers_commands.ts";
import { Admin } from "./admin.ts";
import { BouncePool } from "./bounce_pool.ts";
import { readCapabilities } from "./capabilities.ts";
import type { NvmeCapabilities } from "./capabilities.ts";
import { Commands } from "./commands.ts";
import type { CommandOwner } from "./commands.ts";
import { closedError, controllerError } from "./errors.ts";
import { parseController } from "./identify.ts";
import type { NvmeIdentity } from "./identify.ts";
import { Life } from "./life.ts";
import type { NvmeSettings } from "./options.ts";
import type { Ending, PendingCommand } from "./pending.ts";
import { PrpLists } from "./prp_lists.ts";
import { NvmeQueue } from "./queue.ts";
import { Recovery } from "./recovery.ts";
import { NvmeTransfer } from "./transfer.ts";
import { connectVectors } from "./vectors.ts";
import type { QueueVectors } from "./vectors.ts";

const ADMIN_ENTRIES = 32;
/** Pieces that data of ordinary arrays are moved in. */
const BOUNCE_SIZE = 0x2_0000;

/**
 * An open controller.
 *
 * Memory that the controller knows of is freed only after it was disabled or, where it does not even take that, after
 * bus mastering was switched off; and no command ends for the driver before.
 */
export class Session implements CommandOwner {
  readonly device: PciDevice;
  readonly settings: NvmeSettings;
  readonly capabilities: NvmeCapabilities;
  readonly adminQueue: NvmeQueue;
  readonly admin: Admin;
  /** The I/O queues, and who awaits commands there. */
  readonly io: Map<NvmeQueue, Commands> = new Map();
  readonly #resources = new DisposableStack();
  readonly #life: Life;
  readonly #vectors: QueueVectors;
  readonly #recovery: Recovery;
  readonly #wasMaster: boolean;
  #identity: NvmeIdentity | undefined;
  #lists: PrpLists | undefined;
  #bounce: BouncePool | undefined;
  #closing: Promise<void> | undefined;
  #turn = 0;

  /** Makes what a controller needs, without touching it but for its capabilities; {@linkcode openSession} does it. */
  constructor(device: PciDevice, settings: NvmeSettings) {
    this.device = device;
    this.settings = settings;
    const bar = device.region("bar0");
    const regs = registers(bar, NVME);
    this.capabilities = readCapabilities(regs, bar.size, device.address);
    this.#life = new Life(regs, device.clock, this.capabilities, device.address);
    this.#wasMaster = device.config.command.read().busMaster;
    using made = new DisposableStack();
    this.#vectors = made.use(connectVectors(device, settings.queues, settings.interrupts));
    this.adminQueue = made.use(this.#newQueue(0, ADMIN_ENTRIES));
    this.admin = made.use(this.#newAdmin());
    this.#recovery = new Recovery(this, this.#life, () => this.#bringUp());
    this.#resources.use(made.move());
  }

  /** The device's clock. */
  get clock(): Clock {
    return this.device.clock;
  }

  /** Whether the driver is closed. */
  get closed(): boolean {
    return this.#closing !== undefined || this.device.closed;
  }

  /** Whether the admin queue interrupts. */
  get hasAdminVector(): boolean {
    return this.#vectors.admin !== undefined;
  }

  /** What the controller says of itself. */
  get identity(): NvmeIdentity {
    if (this.#identity === undefined) throw closedError(this.device.address);
    return this.#identity;
  }

  /** All queues, the admin queue first. */
  get queues(): readonly NvmeQueue[] {
    return [this.adminQueue, ...this.io.keys()];
  }

  /** Brings the controller up for the first time. */
  start(): Promise<void> {
    return this.#recovery.start();
  }

  /** What to await before commands are submitted; undefined: nothing. @throws {VfioError} when there will be none. */
  gate(): Promise<void> | undefined {
    if (this.closed) throw closedError(this.device.address);
    return this.#recovery.gate();
  }

  /** Starts admin commands, once the controller is up. @throws {VfioError} as {@linkcode gate}. */
  async whenUp<T>(start: () => Promise<T>): Promise<T> {
    for (let gate = this.gate(); gate !== undefined; gate = this.gate()) await gate;
    return await start();
  }

  /** Resets the controller, and brings it up again. @throws {VfioError} when it cannot be. */
  async reset(): Promise<void> {
    if (this.closed) throw closedError(this.device.address);
    await this.#recovery.reset();
  }

  /** Those who await commands of an I/O queue. @param queue One of this controller's. @default each in turn */
  commandsOf(queue: NvmeQueue | undefined): Commands {
    if (queue === undefined) {
      const all = [...this.io.values()];
      const next = all[this.#turn++ % all.length];
      if (next !== undefined) return next;
    }
    const commands = queue === undefined ? undefined : this.io.get(queue);
    if (commands !== undefined) return commands;
    throw new TypeError("Cannot use the queue: it is not one of this controller's I/O queues");
  }

  /** Makes memory ready for commands. */
  prepare(buffer: DmaBuffer, offset: number, size: number): NvmeTransfer {
    if (this.closed) throw closedError(this.device.address);
    const { pageSize } = this.capabilities;
    const { maxTransfer } = this.identity;
    this.#lists ??= this.#resources.use(
      new PrpLists(pageSize, maxTransfer, () => this.#allocate(pageSize)),
    );
    return new NvmeTransfer(buffer, offset, size, { pageSize, maxTransfer }, this.#lists);
  }

  /** DMA memory that ordinary arrays go through. */
  get bounce(): BouncePool {
    return this.#bounce ??= new BouncePool(
      Math.min(BOUNCE_SIZE, this.identity.maxTransfer),
      (size) => this.#resources.use(this.#allocate(size)),
      (buffer, offset, size) => this.prepare(buffer, offset, size),
    );
  }

  /** Looks whether the controller can go on. */
  check(): void {
    this.#life.check();
  }

  /** A command's time is up. */
  expired(queue: NvmeQueue, command: PendingCommand): void {
    void this.#recovery.end(queue, command);
  }

  /** The controller, or the way to it, is lost. */
  lost(error: VfioError): void {
    if (this.#closing === undefined) void this.#recovery.recover(error);
  }

  /** Why commands were ended by the driver. */
  ending(): Ending {
    if (this.#closing !== undefined) return { detail: "the driver was closed", code: "EBADF" };
    return this.#recovery.ending();
  }

  /** Shuts the controller down and lets go of everything; again gives the same promise. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    await using steps = new AsyncDisposableStack();
    steps.use(this.#resources);
    steps.defer(() => this.#restoreMaster());
    steps.defer(() => this.queues.forEach((queue) => queue.fail()));
    if (!this.device.closed) steps.defer(() => this.#recovery.silence().then(() => {}));
    for (const queue of this.queues) queue.stop(closedError(this.device.address));
    await this.#recovery.idle();
    if (this.device.closed || !this.#recovery.up) return;
    try {
      await this.#life.shutDown(Math.max(this.identity.shutdownMs, this.settings.shutdownMs));
    } catch (error) {
      if (!(error instanceof VfioError && error.code === "ENODEV")) throw error;
    }
  }

  async #bringUp(): Promise<void> {
    const { device, capabilities, settings, admin, adminQueue } = this;
    // From here on the controller reads its queues; it is disabled before, so nothing old is under way.
    device.config.command.update({ busMaster: true });
    adminQueue.restart();
    adminQueue.accept();
    await this.#life.enable({ entries: adminQueue.entries, ...adminQueue.iovas });
    const page = await admin.identify(NVME_CNS.controller);
    this.#identity ??= parseController(page, capabilities.pageSize, device.address);
    const wanted = Math.min(settings.queues, capabilities.queues, this.#vectors.most);
    const given = wanted < settings.atLeast ? wanted : await admin.numberOfQueues(wanted);
    if (given < Math.max(settings.atLeast, this.io.size)) throw tooFew(device.address, given, settings);
    for (let id = this.io.size + 1; id <= given; id++) {
      const queue = this.#resources.use(this.#newQueue(id, Math.min(settings.entries, capabilities.entries)));
      this.io.set(queue, new Commands(queue, this, () => this.gate()));
    }
    for (const queue of this.io.keys()) {
      queue.restart();
      await admin.createQueues(queue);
    }
    for (const queue of this.io.keys()) queue.accept();
  }

  #newQueue(id: number, entries: number): NvmeQueue {
    const { device } = this;
    const { stride, pageSize } = this.capabilities;
    return new NvmeQueue({
      id,
      entries,
      vector: id === 0 ? this.#vectors.admin : this.#vectors.io(id - 1),
      device,
      bar: device.region("bar0"),
      stride,
      pageSize,
      violated: (error) => this.lost(error),
    });
  }

  #newAdmin(): Admin {
    const { adminTimeoutMs } = this.settings;
    return new Admin(new Commands(this.adminQueue, this, () => undefined), {
      address: this.device.address,
      timeoutMs: adminTimeoutMs,
      allocate: () => this.#allocate(this.capabilities.pageSize),
    });
  }

  #allocate(size: number): DmaBuffer {
    if (this.closed) throw closedError(this.device.address);
    return this.device.allocate(size, { alignment: this.capabilities.pageSize });
  }

  #restoreMaster(): void {
    if (!this.#wasMaster && !this.device.closed) this.device.config.command.update({ busMaster: false });
  }
}

/** Opens a session. What fails leaves nothing behind, and the controller disabled. */
export async function openSession(device: PciDevice, settings: NvmeSettings): Promise<Session> {
  const session = new Session(device, settings);
  try {
    await session.start();
  } catch (error) {
    // What went wrong first is what is told.
    await session.close().catch(() => {});
    throw error;
  }
  return session;
}

function tooFew(address: string, given: number, { atLeast }: NvmeSettings): VfioError {
  const detail = `I/O queues asked for: ${atLeast}, there: ${given}; { atLeast } takes fewer`;
  return controllerError("ENOSPC", "open queues of", address, detail);
}
