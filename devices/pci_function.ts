/** PciFunction: what every PCI function does by itself, around the model of one device. */
import { CONFIG_HEADER } from "../pci/header.ts";
import type { BarModel, DeviceModel, InterruptMode, Width } from "./device_model.ts";
import { MsixTable } from "./msix_table.ts";
import type { Message } from "./msix_table.ts";

/** The way from a function up to the machine. */
export interface FunctionPort {
  /** Takes an interrupt message. */
  message(message: Message): void;
  /** Takes the level of the INTx line, each time it changes. */
  intx(asserted: boolean): void;
}

const COMMAND = CONFIG_HEADER.command.at;
const STATUS = CONFIG_HEADER.status.at;
const IO = 1;
const MEMORY = 2;
const MASTER = 4;
const INTX_DISABLE = 0x400;
const INTX_STATUS = 8;
const MSI_MASKABLE = 0x100;
const ALL_ONES_64 = 0xffff_ffff_ffff_ffffn;

/**
 * One function of a device: decoding, Command and Status, MSI and MSI-X, power states, function reset.
 *
 * @see PCI Local Bus Specification 3.0, chapter 6
 */
export class PciFunction {
  /** The device's own part. */
  readonly model: DeviceModel;
  readonly #port: FunctionPort;
  readonly #msi: number | undefined;
  readonly #msix: number | undefined;
  readonly #express: number | undefined;
  readonly #advanced: number | undefined;
  readonly #power: number | undefined;
  readonly #table: MsixTable | undefined;
  readonly #overlays: readonly Overlay[];
  #asserted = false;
  #line = false;

  /** Wraps a model. */
  constructor(model: DeviceModel, port: FunctionPort) {
    this.model = model;
    this.#port = port;
    const { config } = model;
    this.#power = config.find(0x01);
    this.#msi = config.find(0x05);
    this.#express = config.find(0x10);
    this.#msix = config.find(0x11);
    this.#advanced = config.find(0x13);
    if (this.#msix === undefined) {
      this.#overlays = [];
      return;
    }
    const table = new MsixTable((config.read(this.#msix + 2, 16) & 0x7ff) + 1, () => this.#sendPending());
    this.#table = table;
    this.#overlays = [
      overlayAt(config.read(this.#msix + 4, 32), table, table.size),
      overlayAt(config.read(this.#msix + 8, 32), table.pending, table.pendingSize),
    ];
  }

  /** Whether the function may reach memory. */
  get busMaster(): boolean {
    return (this.model.config.read(COMMAND, 16) & MASTER) !== 0;
  }

  /** Power state: 0 to 3, 3 being D3hot. */
  get powerState(): number {
    return this.#power === undefined ? 0 : this.model.config.read(this.#power + 4, 16) & 3;
  }

  /** Which kind of interrupt is enabled. */
  get interruptMode(): InterruptMode {
    const { config } = this.model;
    if (this.#msix !== undefined && (config.read(this.#msix + 2, 16) & 0x8000) !== 0) return "msix";
    return this.#msi !== undefined && (config.read(this.#msi + 2, 16) & 1) !== 0 ? "msi" : "intx";
  }

  /** Whether the function resets itself on request. */
  get resettable(): boolean {
    return this.resetMethods.length > 0;
  }

  /**
   * How the function resets itself on request, as the kernel calls it and in its order: "flr" by PCI Express, "af_flr"
   * by Advanced Features, "pm" on the way out of D3hot.
   */
  get resetMethods(): readonly string[] {
    const { config } = this.model;
    const flr = this.#express !== undefined && (config.read(this.#express + 4, 32) & 0x1000_0000) !== 0;
    const advanced = this.#advanced !== undefined && (config.read(this.#advanced + 3, 8) & 3) === 3;
    const power = this.#power !== undefined && (config.read(this.#power + 4, 16) & 8) === 0;
    return [...(flr ? ["flr"] : []), ...(advanced ? ["af_flr"] : []), ...(power ? ["pm"] : [])];
  }

  /** Reads the config space. */
  readConfig(offset: number, width: Width): number {
    return this.model.config.read(offset, width);
  }

  /** Writes the config space, with what follows from it. */
  writeConfig(offset: number, width: Width, value: number): void {
    const { config } = this.model;
    const state = this.powerState;
    config.write(offset, width, value);
    if (this.#takeBit(this.#express, 0x08, 16, 0x8000) || this.#takeBit(this.#advanced, 0x04, 8, 1)) {
      return this.reset();
    }
    const softReset = this.#power !== undefined && (config.read(this.#power + 4, 16) & 8) === 0;
    if (state === 3 && this.powerState === 0 && softReset) return this.reset();
    this.#updateLine();
    this.#sendPending();
  }

  /** Reads a BAR; all ones while the function does not decode it. `index` 6 is the ROM. */
  readBar(index: number, offset: number, width: Width): number {
    if (!this.decodes(index)) return 2 ** width - 1;
    const overlay = this.#overlay(index, offset);
    if (overlay !== undefined) return overlay.bar.read(offset - overlay.start, width);
    return this.model.bars[index]?.read(offset, width) ?? 2 ** width - 1;
  }

  /** Writes a BAR; ignored while the function does not decode it. */
  writeBar(index: number, offset: number, width: Width, value: number): void {
    if (!this.decodes(index)) return;
    const overlay = this.#overlay(index, offset);
    if (overlay !== undefined) overlay.bar.write(offset - overlay.start, width, value);
    else this.model.bars[index]?.write(offset, width, value);
  }

  /** Reads 64 bits of a BAR: in one access when the model takes such, else in two. */
  readBar64(index: number, offset: number): bigint {
    if (!this.decodes(index)) return ALL_ONES_64;
    const bar = this.model.bars[index];
    if (bar?.read64 !== undefined && this.#overlay(index, offset) === undefined) return bar.read64(offset);
    const low = this.readBar(index, offset, 32);
    return (BigInt(this.readBar(index, offset + 4, 32)) << 32n) | BigInt(low);
  }

  /** Writes 64 bits of a BAR. */
  writeBar64(index: number, offset: number, value: bigint): void {
    if (!this.decodes(index)) return;
    const bar = this.model.bars[index];
    if (bar?.write64 !== undefined && this.#overlay(index, offset) === undefined) {
      return bar.write64(offset, value);
    }
    this.writeBar(index, offset, 32, Number(value & 0xffff_ffffn));
    this.writeBar(index, offset + 4, 32, Number(value >> 32n));
  }

  /** Whether the function answers accesses to a BAR. */
  decodes(index: number): boolean {
    const io = this.model.config.bars.get(index)?.kind === "io";
    return (this.model.config.read(COMMAND, 16) & (io ? IO : MEMORY)) !== 0;
  }

  /** Asserts or deasserts INTx. */
  setIntx(asserted: boolean): void {
    this.#asserted = asserted;
    const status = this.model.config.read(STATUS, 16);
    this.model.config.set(STATUS, 16, asserted ? status | INTX_STATUS : status & ~INTX_STATUS);
    this.#updateLine();
  }

  /** Sends the message of a vector of the enabled kind, or keeps it while it is masked. */
  sendMessage(vector: number): void {
    const mode = this.interruptMode;
    if (mode === "msix") this.#sendMsix(vector);
    else if (mode === "msi") this.#sendMsi(vector);
  }

  /** Resets the function: config space, MSI-X table and the device itself. */
  reset(): void {
    this.model.config.reset();
    this.#table?.reset();
    this.setIntx(false);
    this.model.reset();
  }

  #sendMsix(vector: number): void {
    const table = this.#table;
    if (table === undefined || this.#msix === undefined || vector >= table.vectors) return;
    const functionMasked = (this.model.config.read(this.#msix + 2, 16) & 0x4000) !== 0;
    if (functionMasked || table.masked(vector)) table.setPending(vector);
    else if (this.busMaster) this.#port.message(table.message(vector));
  }

  #sendMsi(vector: number): void {
    const { config } = this.model;
    const at = this.#msi;
    if (at === undefined) return;
    const control = config.read(at + 2, 16);
    const enabled = 1 << ((control >> 4) & 7);
    const wide = (control & 0x80) !== 0;
    const index = vector & (enabled - 1);
    if ((control & MSI_MASKABLE) !== 0) {
      const mask = at + (wide ? 0x10 : 0x0c);
      if ((config.read(mask, 32) >>> index) & 1) {
        return config.set(mask + 4, 32, (config.read(mask + 4, 32) | (1 << index)) >>> 0);
      }
    }
    if (!this.busMaster) return;
    const high = wide ? BigInt(config.read(at + 8, 32)) : 0n;
    const data = config.read(at + (wide ? 0x0c : 0x08), 16);
    const address = (high << 32n) | BigInt(config.read(at + 4, 32));
    this.#port.message({ address, data: (data & ~(enabled - 1)) | index });
  }

  /** Masks may have gone: by the function's, a vector's, or by enabling. */
  #sendPending(): void {
    const { config } = this.model;
    const mode = this.interruptMode;
    if (mode === "msix" && this.#table !== undefined && this.#msix !== undefined) {
      if ((config.read(this.#msix + 2, 16) & 0x4000) !== 0) return;
      for (let i = 0; i < this.#table.vectors; i++) {
        if (!this.#table.masked(i) && this.#table.takePending(i)) this.#sendMsix(i);
      }
    }
    if (mode === "msi" && this.#msi !== undefined) {
      const control = config.read(this.#msi + 2, 16);
      if ((control & MSI_MASKABLE) === 0) return;
      const mask = this.#msi + ((control & 0x80) !== 0 ? 0x10 : 0x0c);
      const ready = config.read(mask + 4, 32) & ~config.read(mask, 32);
      config.set(mask + 4, 32, (config.read(mask + 4, 32) & ~ready) >>> 0);
      for (let i = 0; i < 32; i++) if ((ready >>> i) & 1) this.#sendMsi(i);
    }
  }

  #updateLine(): void {
    const disabled = (this.model.config.read(COMMAND, 16) & INTX_DISABLE) !== 0;
    const line = this.#asserted && !disabled && this.interruptMode === "intx";
    if (line === this.#line) return;
    this.#line = line;
    this.#port.intx(line);
  }

  /** A bit that starts something and always reads 0. */
  #takeBit(at: number | undefined, offset: number, width: Width, bit: number): boolean {
    if (at === undefined) return false;
    const value = this.model.config.read(at + offset, width);
    if ((value & bit) === 0) return false;
    this.model.config.set(at + offset, width, value & ~bit);
    return true;
  }

  /** The MSI-X table and its pending bits lie over what the model has in that BAR. */
  #overlay(index: number, offset: number): Overlay | undefined {
    return this.#overlays.find((one) => one.index === index && offset >= one.start && offset < one.end);
  }
}

/** A part of a BAR that the function answers for the model. */
interface Overlay {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly bar: BarModel;
}

/** @param place Offset in the BAR with the BAR's index in its lowest three bits. */
function overlayAt(place: number, bar: BarModel, size: number): Overlay {
  const start = place & ~7;
  return { index: place & 7, start, end: start + size, bar };
}
