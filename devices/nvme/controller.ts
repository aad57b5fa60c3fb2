/** Controller: the parts of an NVMe controller, put together. */
import type { DeviceBus } from "../device_model.ts";
import { AdminCommands } from "./admin_commands.ts";
import type { Command, Step } from "./command.ts";
import type { NvmeCompletion } from "./completion.ts";
import { Engine } from "./engine.ts";
import { ErrorLog, NO_COMMAND } from "./error_log.ts";
import { Events } from "./events.ts";
import { Features } from "./features.ts";
import { DataTransfer } from "./data_transfer.ts";
import { Interrupts } from "./interrupts.ts";
import { IoCommands } from "./io_commands.ts";
import { LifeCycle } from "./life_cycle.ts";
import { MPSMAX } from "./limits.ts";
import type { Namespace } from "./namespace.ts";
import { CompletionQueue, SubmissionQueue } from "./queues.ts";
import { NVME } from "./registers.ts";
import { NVME_ERROR_EVENT, NVME_EVENT_TYPE } from "./registers_entries.ts";
import { packFields, unpackFields } from "./registers_fields.ts";
import { NVME_LOG } from "./registers_logs.ts";
import { NVME_STATUS } from "./registers_status_data.ts";

/** 7.5 s, in 500 ms. */
const TIMEOUT = 15;
const NVM_COMMAND_SET = 1;

/** What a controller is like. */
export interface ControllerSettings {
  /** Pairs of I/O queues. */
  readonly queues: number;
  /** Entries of an I/O queue at most. */
  readonly entries: number;
  /** Interrupt vectors. */
  readonly vectors: number;
  /** Data of one command are at most 4096 << mdts bytes. */
  readonly mdts: number;
  /** Doorbells are 4 << dstrd bytes apart. */
  readonly dstrd: number;
  readonly serial: string;
}

/** Where others can look at what the controller tells, and change it. */
export interface ControllerHooks {
  /** Gives what is posted for a completion. */
  completed(entry: NvmeCompletion): readonly NvmeCompletion[];
  /** Sees a page of Identify before the host does. */
  identified(page: Uint8Array, cns: number): void;
}

/** An NVMe controller behind its registers. */
export class Controller {
  readonly bus: DeviceBus;
  readonly settings: ControllerSettings;
  readonly hooks: ControllerHooks;
  readonly namespaces: ReadonlyMap<number, Namespace>;
  readonly life: LifeCycle;
  readonly engine: Engine;
  readonly interrupts: Interrupts;
  readonly data: DataTransfer;
  readonly errors = new ErrorLog();
  readonly events: Events;
  readonly features: Features;
  /** The registers for the admin queues; a reset by `cc.en` leaves them. */
  readonly admin = { aqa: 0, asq: 0n, acq: 0n };
  readonly #adminCommands: AdminCommands;
  readonly #ioCommands: IoCommands;

  /** Puts a controller together. */
  constructor(
    bus: DeviceBus,
    settings: ControllerSettings,
    namespaces: ReadonlyMap<number, Namespace>,
    hooks: ControllerHooks,
  ) {
    this.bus = bus;
    this.settings = settings;
    this.hooks = hooks;
    this.namespaces = namespaces;
    this.data = new DataTransfer(bus);
    this.life = new LifeCycle(bus, {
      start: () => this.#start(),
      halt: () => this.engine.halt(),
      reset: () => this.#reset(),
    });
    this.engine = new Engine(bus, this);
    this.interrupts = new Interrupts(bus, () => this.engine.completions.values());
    this.events = new Events((command, outcome) => this.engine.finish(command, outcome));
    this.features = new Features(this);
    this.#adminCommands = new AdminCommands(this);
    this.#ioCommands = new IoCommands(this);
  }

  /** The register `cap`. */
  get cap(): bigint {
    const { entries, dstrd } = this.settings;
    return packFields(NVME.cap, {
      mqes: entries - 1,
      cqr: true,
      to: TIMEOUT,
      dstrd,
      css: NVM_COMMAND_SET,
      mpsmax: MPSMAX,
    });
  }

  /** Whether the queues are alive: completions are posted. */
  get alive(): boolean {
    return this.life.alive;
  }

  /** Whether commands are taken. */
  get running(): boolean {
    return this.life.running;
  }

  /** The state after power-on. */
  reset(): void {
    Object.assign(this.admin, { aqa: 0, asq: 0n, acq: 0n });
    this.life.reset();
  }

  /** Takes a write to a doorbell. */
  doorbell(queue: number, end: "tail" | "head", value: number): void {
    const submissions = end === "tail" ? this.engine.submissions.get(queue) : undefined;
    const completions = end === "head" ? this.engine.completions.get(queue) : undefined;
    if (submissions === undefined && completions === undefined) {
      return this.#doorbellError(NVME_ERROR_EVENT.invalidDoorbell);
    }
    const taken = submissions?.setTail(value) ?? completions?.setHead(value);
    if (taken !== true) return this.#doorbellError(NVME_ERROR_EVENT.invalidDoorbellValue);
    if (completions !== undefined) this.engine.post(completions);
    this.interrupts.update();
    this.engine.ring();
  }

  /** Works on a command. */
  work(command: Command): Step {
    return command.queue.id === 0 ? this.#adminCommands.work(command) : this.#ioCommands.work(command);
  }

  /** Takes note of a command that failed. */
  failed(command: Command, status: number): void {
    this.errors.add({ sqid: command.queue.id, cid: command.cid, nsid: command.nsid, status });
  }

  /** Gives what is posted for a completion. */
  completed(entry: NvmeCompletion): readonly NvmeCompletion[] {
    return this.hooks.completed(entry);
  }

  /** Entries are in a queue that were not. */
  posted(queue: CompletionQueue): void {
    this.interrupts.posted(queue);
  }

  /** The host's memory cannot be reached where a queue should be. */
  fatal(): void {
    this.life.fail();
  }

  /** Told only while the host waits for events: section 4.1. */
  #doorbellError(info: number): void {
    if (!this.events.awaited) return;
    this.errors.add({ sqid: NO_COMMAND, cid: NO_COMMAND, nsid: 0, status: NVME_STATUS.invalidField });
    this.events.report({ type: NVME_EVENT_TYPE.error, info, page: NVME_LOG.error });
  }

  #start(): boolean {
    const { mps, css, ams } = this.life.configuration;
    const { asqs, acqs } = unpackFields(NVME.aqa, this.admin.aqa);
    const { asq, acq } = this.admin;
    const pageSize = 4096 << mps;
    const aligned = (asq | acq) % BigInt(pageSize) === 0n;
    if (mps > MPSMAX || css !== 0 || ams !== 0 || asqs === 0 || acqs === 0 || !aligned) return false;
    this.data.pageSize = pageSize;
    const completions = new CompletionQueue({ id: 0, address: acq, size: acqs + 1 }, { on: true, vector: 0 });
    this.engine.completions.set(0, completions);
    this.engine.submissions.set(0, new SubmissionQueue({ id: 0, address: asq, size: asqs + 1 }, completions));
    return true;
  }

  #reset(): void {
    this.engine.reset();
    this.events.reset();
    this.features.reset();
    for (const namespace of this.namespaces.values()) namespace.formatting = false;
    this.interrupts.mask = 0;
  }
}
