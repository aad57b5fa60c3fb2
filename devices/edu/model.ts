/** EmulatedEdu: QEMU's edu device, as its documentation and its source have it. */
import { msi } from "../capabilities.ts";
import { ConfigSpace } from "../config_space.ts";
import type { BarModel, DeviceBus, DeviceModel, Width } from "../device_model.ts";
import { RegisterBank } from "../register_bank.ts";
import type { Answer } from "../register_bank.ts";
import { EDU, EDU_BUFFER, EDU_IRQ } from "./registers.ts";

/** How an edu device differs from QEMU's default. */
export interface EduOptions {
  /** Address bits of its DMA engine. @default 28 */
  readonly addressBits?: number;
}

const ID = 0x0100_00ed;
/** What reading a register that is only written gives. */
const NOBODY = 0xffff_ffff;
const COMPUTING = 1;
const IRQ_WHEN_DONE = 0x80;
const RUN = 1n;
const TO_MEMORY = 2n;
const DMA_IRQ = 4n;
/** A factorial takes a thread's wake-up, a transfer QEMU's 100 ms timer. */
const FACTORIAL_NS = 10_000;
const DMA_NS = 100_000_000;

/**
 * The edu device.
 *
 * Its registers keep their values across reset and reopening, as in QEMU, where it has no reset handler.
 *
 * @see QEMU, docs/specs/edu.rst and hw/misc/edu.c
 */
export class EmulatedEdu implements DeviceModel {
  /** 1234:11e8 with a 1 MiB BAR, INTA and one 64-bit MSI vector. */
  readonly config: ConfigSpace = new ConfigSpace({
    vendor: 0x1234,
    device: 0x11e8,
    revision: 0x10,
    classCode: 0x00ff00,
    subsystemVendor: 0x1af4,
    subsystemDevice: 0x1100,
    interruptPin: 1,
    gaps: "memory",
  }).bar(0, { kind: "memory32", size: 1 << 20 }).capability(msi({ vectors: 1 }));
  /** BAR0: the registers. */
  readonly bars: Readonly<Record<number, BarModel>>;
  readonly #mask: bigint;
  readonly #buffer = new Uint8Array(EDU_BUFFER.size);
  #bus: DeviceBus | undefined;
  #liveness = 0;
  #factorial = 0;
  #status = 0;
  #irqStatus = 0;
  #source = 0n;
  #destination = 0n;
  #count = 0n;
  #command = 0n;

  /** Makes a device to plug in. */
  constructor(options: EduOptions = {}) {
    this.#mask = (1n << BigInt(options.addressBits ?? 28)) - 1n;
    const registers = new RegisterBank(EDU, {
      id: { read: () => ID },
      liveness: { read: () => this.#liveness, write: (value) => this.#liveness = ~value >>> 0 },
      factorial: { read: () => this.#factorial, write: (value) => this.#compute(value) },
      status: {
        read: () => this.#status,
        write: (value) => this.#status = (this.#status & COMPUTING) | (value & IRQ_WHEN_DONE),
      },
      irqStatus: { read: () => this.#irqStatus },
      irqRaise: { read: () => NOBODY, write: (value) => this.#raise(value) },
      irqAck: { read: () => NOBODY, write: (value) => this.#acknowledge(value) },
      dmaSource: { read: () => this.#source, write: (value) => this.#idle(() => this.#source = value) },
      dmaDestination: {
        read: () => this.#destination,
        write: (value) => this.#idle(() => this.#destination = value),
      },
      dmaCount: { read: () => this.#count, write: (value) => this.#idle(() => this.#count = value) },
      dmaCommand: { read: () => this.#command, write: (value) => this.#start(value) },
    }, { answers, narrowWrites: "zero-extended" });
    this.bars = { 0: registers };
  }

  /** Connects the device to a machine. */
  plug(bus: DeviceBus): void {
    this.#bus = bus;
  }

  /** Does nothing: QEMU's edu has no reset. */
  reset(): void {}

  #compute(n: number): void {
    if ((this.#status & COMPUTING) !== 0) return;
    this.#factorial = n;
    this.#status |= COMPUTING;
    this.#bus?.after(FACTORIAL_NS, () => {
      this.#factorial = factorial(this.#factorial);
      this.#status &= ~COMPUTING;
      if ((this.#status & IRQ_WHEN_DONE) !== 0) this.#raise(EDU_IRQ.factorial);
    });
  }

  #raise(causes: number): void {
    this.#irqStatus = (this.#irqStatus | causes) >>> 0;
    if (this.#irqStatus === 0) return;
    if (this.#bus?.interruptMode === "msi") this.#bus.sendMessage(0);
    else this.#bus?.setIntx(true);
  }

  #acknowledge(causes: number): void {
    this.#irqStatus = (this.#irqStatus & ~causes) >>> 0;
    if (this.#irqStatus === 0 && this.#bus?.interruptMode !== "msi") this.#bus?.setIntx(false);
  }

  #idle(change: () => void): void {
    if ((this.#command & RUN) === 0n) change();
  }

  #start(command: bigint): void {
    if ((command & RUN) === 0n) return;
    this.#idle(() => {
      this.#command = command;
      this.#bus?.after(DMA_NS, () => this.#transfer());
    });
  }

  #transfer(): void {
    const toMemory = (this.#command & TO_MEMORY) !== 0n;
    const inside = this.#inside(toMemory ? this.#source : this.#destination);
    const address = (toMemory ? this.#destination : this.#source) & this.#mask;
    if (inside !== undefined) {
      if (toMemory) this.#bus?.writeMemory(address, inside);
      else inside.set(this.#read(address, inside.length));
    }
    this.#command &= ~RUN;
    if ((this.#command & DMA_IRQ) !== 0n) this.#raise(EDU_IRQ.dma);
  }

  /** Reads memory; what is not to be read is zeros. */
  #read(address: bigint, size: number): Uint8Array {
    const bytes = new Uint8Array(size);
    this.#bus?.readMemory(address, bytes);
    return bytes;
  }

  /** The part of the buffer that a transfer is about; undefined when it leaves the buffer: then nothing is moved. */
  #inside(start: bigint): Uint8Array | undefined {
    const from = start - BigInt(EDU_BUFFER.at);
    const end = from + this.#count;
    if (from < 0n || end > BigInt(EDU_BUFFER.size)) return undefined;
    return this.#buffer.subarray(Number(from), Number(end));
  }
}

/**
 * edu answers 32 bits below 0x80 and 32 or 64 from there on; 32 bits reach only a register's start. What is narrower
 * QEMU refuses for it, and zeros are read.
 */
function answers(offset: number, width: Width | 64): Answer {
  if (width < 32) return "zeros";
  if (width === 64) return offset < 0x80 ? "all-ones" : "yes";
  return offset < 0x80 || offset % 8 === 0 ? "yes" : "all-ones";
}

/** Multiplies in 32 bits; from 34 on the product stays 0. */
function factorial(n: number): number {
  let product = 1;
  for (let i = n; i > 0 && product !== 0; i--) product = Math.imul(product, i);
  return product >>> 0;
}
