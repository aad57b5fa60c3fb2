/** The NVMe controller as a device model. */
import { express, msix, powerManagement } from "../capabilities.ts";
import { ConfigSpace } from "../config_space.ts";
import type { BarModel, DeviceBus, DeviceModel } from "../device_model.ts";
import type { NvmeCompletion } from "./completion.ts";
import { Controller } from "./controller.ts";
import type { ControllerSettings } from "./controller.ts";
import { IDENTITY } from "./controller_page.ts";
import { BLOCK_SHIFTS, Namespace } from "./namespace.ts";
import { NvmeBar } from "./nvme_bar.ts";
import type { SparseStorage } from "./storage.ts";

/** What a controller and its namespaces are like. */
export interface EmulatedNvmeOptions {
  /** Blocks of each namespace. @default 64 MiB of them */
  readonly blocks?: number;
  /** Bytes of a block, until a host formats it otherwise. @default 512 */
  readonly lbaSize?: 512 | 4096;
  /** Namespaces; their ids count from 1. @default 1 */
  readonly namespaces?: number;
  /** Serial number, up to 20 characters of ASCII. @default "emulated" */
  readonly serial?: string;
  /** Data of one command are at most 4096 << mdts bytes: 1 to 9. @default 7, which are 512 KiB */
  readonly mdts?: number;
  /** Pairs of I/O queues, 1 to 64. @default 64 */
  readonly queues?: number;
  /** Entries of an I/O queue at most, 2 to 65536. @default 2048 */
  readonly entries?: number;
  /** Doorbells are 4 << dstrd bytes apart: 0 to 2. @default 0 */
  readonly dstrd?: number;
  /** Sits behind a root port: then it is an ordinary endpoint with a link. @default false */
  readonly behindPort?: boolean;
}

const BAR_SIZE = 0x4000;
const VECTORS = 65;
const TABLE = 0x2000;
const PENDING = 0x3000;
const DEFAULT_SIZE = 64 * 2 ** 20;
/** What a PCI Express device on the root bus is. */
const INTEGRATED = 9;

/**
 * An NVMe controller, as the specification has it, in the shape of QEMU's `nvme`: 1b36:0010, one BAR, 65 vectors of
 * MSI-X, function-level reset. Its namespaces keep what is written over every reset.
 *
 * A controller that misbehaves is a subclass: {@linkcode completed} and {@linkcode identified} see what it tells
 * before the host does; registers and DMA can be changed by wrapping `bars` and the bus that it is plugged into.
 *
 * @see NVM Express Base Specification 1.4; QEMU, docs/system/devices/nvme.rst
 */
export class EmulatedNvme implements DeviceModel {
  readonly config: ConfigSpace;
  /** BAR0: registers, doorbells, the MSI-X table. */
  readonly bars: Readonly<Record<number, BarModel>> = {
    0: {
      read: (offset, width) => this.#bar?.read(offset, width) ?? 0,
      write: (offset, width, value) => this.#bar?.write(offset, width, value),
    },
  };
  readonly #settings: ControllerSettings;
  readonly #namespaces = new Map<number, Namespace>();
  #controller: Controller | undefined;
  #bar: NvmeBar | undefined;

  /** Makes a device to plug in. @throws {RangeError} for an option that it cannot have. */
  constructor(options: EmulatedNvmeOptions = {}) {
    const { lbaSize = 512, blocks = DEFAULT_SIZE / lbaSize, namespaces = 1, behindPort = false } = options;
    this.#settings = settingsOf(options);
    const format = BLOCK_SHIFTS.findIndex((shift) => 2 ** shift === lbaSize);
    if (format < 0) throw new RangeError(`Cannot make blocks of ${lbaSize} bytes: 512 or 4096 are needed`);
    checkRange("blocks", blocks, 1, Math.floor(Number.MAX_SAFE_INTEGER / lbaSize));
    for (let id = 1; id <= checkRange("namespaces", namespaces, 1, 256); id++) {
      this.#namespaces.set(id, new Namespace(id, blocks * lbaSize, format));
    }
    this.config = new ConfigSpace({
      ...IDENTITY,
      classCode: 0x010802,
      revision: 2,
      interruptPin: 1,
      gaps: "memory",
    })
      .bar(0, { kind: "memory64", size: BAR_SIZE })
      .capability(msix({ vectors: VECTORS, bar: 0, table: TABLE, pba: PENDING, at: 0x40 }))
      .capability(express({ type: behindPort ? 0 : INTEGRATED, flr: true, errorReporting: false, at: 0x80 }))
      .capability(powerManagement({ at: 0x60 }));
  }

  /** Connects the device to a machine. */
  plug(bus: DeviceBus): void {
    const hooks = {
      completed: (entry: NvmeCompletion) => this.completed(entry),
      identified: (page: Uint8Array, cns: number) => this.identified(page, cns),
    };
    this.#controller = new Controller(bus, this.#settings, this.#namespaces, hooks);
    this.#bar = new NvmeBar(this.#controller);
  }

  /** Resets the controller. */
  reset(): void {
    this.#controller?.reset();
  }

  /** The medium of a namespace, to put an image there, or to look at what was written. @throws {RangeError} when there is no such namespace. */
  media(namespace = 1): SparseStorage {
    const found = this.#namespaces.get(namespace);
    if (found === undefined) throw new RangeError(`Cannot find namespace ${namespace}: there is none`);
    return found.storage;
  }

  /** Gives what is posted for a completion: the entry itself, others, several, or none. */
  protected completed(entry: NvmeCompletion): readonly NvmeCompletion[] {
    return [entry];
  }

  /** Sees a page of 4096 bytes that Identify tells, and may change it; `cns` is one of `NVME_CNS`. */
  protected identified(_page: Uint8Array, _cns: number): void {}
}

function settingsOf(options: EmulatedNvmeOptions): ControllerSettings {
  const { serial = "emulated", mdts = 7, queues = 64, entries = 2048, dstrd = 0 } = options;
  checkRange("mdts", mdts, 1, 9);
  checkRange("queues", queues, 1, VECTORS - 1);
  checkRange("entries", entries, 2, 65536);
  checkRange("dstrd", dstrd, 0, 2);
  if (!/^[\x20-\x7e]{1,20}$/.test(serial)) {
    throw new RangeError(
      `Cannot use ${JSON.stringify(serial)} as serial: 1 to 20 characters of ASCII are needed`,
    );
  }
  return { serial, mdts, queues, entries, dstrd, vectors: VECTORS };
}

function checkRange(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`Cannot use ${value} as ${name}: an integer from ${least} to ${most} is needed`);
}
