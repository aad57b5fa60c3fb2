/** VirtualConfig: the config space as a user of vfio-pci sees it. */
import type { ErrorCode } from "../../../core/errors.ts";
import type { Width } from "../../../devices/device_model.ts";
import { CONFIG_HEADER } from "../../../pci/header.ts";
import type { KernelFacts } from "../kernel_data.ts";
import type { PciSlot } from "../pci_slot.ts";
import { BarShadow, isBar } from "./bar_shadow.ts";
import { ConfigMap, HEADER_ID, UNASSIGNED } from "./config_map.ts";
import { CAPABILITY_RULES, EXTENDED_RULES, HEADER_PERMISSIONS, msiPermissions } from "./config_rules_data.ts";
import { Masks } from "./masks.ts";
import type { ConfigEffects } from "./config_effects.ts";
import { afterWrite, EXPRESS_CONTROL } from "./config_effects.ts";

const COMMAND = CONFIG_HEADER.command.at;
const MEMORY = 2;
const EXTENDED = 0x100;

/** A chunk of an access: what one step of the kernel's loop handles. */
export interface Chunk {
  readonly at: number;
  readonly bytes: 1 | 2 | 4;
  /** Bytes from the start of its capability. */
  readonly offset: number;
  /** The capability's id; see {@linkcode ConfigMap.owner}. */
  readonly owner: number;
  /** Where its capability starts. */
  readonly start: number;
}

/**
 * The config space of one open device.
 *
 * Each byte is the hardware's or the shadow's, bit by bit, as the rules of its capability say.
 *
 * @see Linux, drivers/vfio/pci/vfio_pci_config.c
 */
export class VirtualConfig {
  readonly map: ConfigMap;
  readonly #slot: PciSlot;
  readonly #effects: ConfigEffects;
  readonly #bars: BarShadow;
  readonly #header = new Masks(HEADER_PERMISSIONS);
  readonly #standard = new Map<number, Masks>();
  readonly #extended = new Map<number, Masks>();

  /** Reads the hardware's config space. */
  constructor(slot: PciSlot, facts: KernelFacts, effects: ConfigEffects) {
    this.#slot = slot;
    this.#effects = effects;
    this.map = new ConfigMap(slot, facts);
    this.#bars = new BarShadow(slot, this.map.shadow);
    for (const [id, { permissions }] of Object.entries(CAPABILITY_RULES)) {
      if (permissions !== undefined) this.#standard.set(Number(id), new Masks(permissions));
    }
    for (const [id, { permissions }] of Object.entries(EXTENDED_RULES)) {
      if (permissions !== undefined) this.#extended.set(Number(id), new Masks(permissions));
    }
    const msi = slot.function.model.config.find(0x05);
    if (msi !== undefined) this.#standard.set(0x05, new Masks(msiPermissions(slot.readConfig(msi + 2, 16))));
  }

  /** Bytes. */
  get size(): number {
    return this.#slot.configSize;
  }

  /** The Command register as the user set it; bits that are the hardware's are what the last write said. */
  get command(): number {
    return this.map.shadow.getUint16(COMMAND, true);
  }

  /** Reads. @returns The errno when the range leaves the config space. */
  read(at: number, into: Uint8Array): ErrorCode | undefined {
    if (at + into.length > this.size) return "EFAULT";
    for (let done = 0; done < into.length;) {
      const chunk = this.#chunk(at + done, into.length - done);
      const value = this.#readChunk(chunk);
      for (let i = 0; i < chunk.bytes; i++) into[done + i] = value >>> (8 * i);
      done += chunk.bytes;
    }
    return undefined;
  }

  /** Writes; what may not be written is dropped. @returns The errno when the range leaves the config space. */
  write(at: number, from: Uint8Array): ErrorCode | undefined {
    if (at + from.length > this.size) return "EFAULT";
    for (let done = 0; done < from.length;) {
      const chunk = this.#chunk(at + done, from.length - done);
      let value = 0;
      for (let i = 0; i < chunk.bytes; i++) value |= (from[done + i] ?? 0) << (8 * i);
      this.#writeChunk(chunk, value >>> 0);
      done += chunk.bytes;
    }
    return undefined;
  }

  #chunk(at: number, count: number): Chunk {
    const whole = Math.min(count, this.map.remaining(at));
    const bytes = whole >= 4 && at % 4 === 0 ? 4 : whole >= 2 && at % 2 === 0 ? 2 : 1;
    const owner = this.map.owner(at);
    const start = owner === UNASSIGNED ? at : this.map.start(at);
    return { at, bytes, owner, start, offset: at - start };
  }

  #masks(chunk: Chunk): Masks | undefined {
    if (chunk.owner === HEADER_ID && chunk.at < EXTENDED) return this.#header;
    return (chunk.at < EXTENDED ? this.#standard : this.#extended).get(chunk.owner);
  }

  #readChunk(chunk: Chunk): number {
    const { at, bytes, owner } = chunk;
    if (owner === HEADER_ID && at < EXTENDED && isBar(at)) this.#bars.normalise();
    const hardware = this.#slot.readConfig(at, widthOf(bytes));
    if (owner === UNASSIGNED) return hardware;
    const masks = this.#masks(chunk);
    if (masks === undefined) return this.#direct(chunk, hardware);
    const virtual = masks.virtual(chunk.offset, bytes);
    const value = ((hardware & ~virtual) | (this.#shadow(chunk) & virtual)) >>> 0;
    const isVirtual = this.#slot.physicalFunction !== undefined;
    return isVirtual && owner === HEADER_ID && at === COMMAND ? value | (this.command & MEMORY) : value;
  }

  /** Hardware, but for what links the chain: that is the shadow's. */
  #direct(chunk: Chunk, hardware: number): number {
    const { at, bytes, offset } = chunk;
    const shadow = this.#shadow(chunk);
    if (at >= EXTENDED) return offset < 4 ? shadow : hardware;
    if (offset === 0 && bytes > 1) return ((hardware & ~0xffff) | (shadow & 0xffff)) >>> 0;
    return offset === 1 ? ((hardware & ~0xff) | (shadow & 0xff)) >>> 0 : hardware;
  }

  #writeChunk(chunk: Chunk, value: number): void {
    const { at, bytes, owner } = chunk;
    const rule = at < EXTENDED ? CAPABILITY_RULES[owner] : EXTENDED_RULES[owner];
    if (owner === UNASSIGNED || rule?.rawWrites === true) {
      return this.#slot.writeConfig(at, widthOf(bytes), value);
    }
    const masks = this.#masks(chunk);
    if (masks === undefined) return;
    this.#effects.before(chunk);
    const oldControl = owner === 0x10 ? this.map.shadow.getUint16(chunk.start + EXPRESS_CONTROL, true) : 0;
    const virtual = masks.virtual(chunk.offset, bytes);
    const writable = masks.writable(chunk.offset, bytes);
    const toShadow = writable & virtual;
    if (toShadow !== 0) this.#setShadow(chunk, (this.#shadow(chunk) & ~toShadow) | (value & toShadow));
    const toHardware = writable & ~virtual;
    if (toHardware !== 0) {
      const old = this.#slot.readConfig(at, widthOf(bytes));
      this.#slot.writeConfig(at, widthOf(bytes), ((old & ~toHardware) | (value & toHardware)) >>> 0);
    }
    afterWrite(chunk, value, this.map.shadow, this.#slot, this.#effects, oldControl);
  }

  #shadow({ at, bytes }: Chunk): number {
    const { shadow } = this.map;
    return bytes === 4
      ? shadow.getUint32(at, true)
      : bytes === 2
      ? shadow.getUint16(at, true)
      : shadow.getUint8(at);
  }

  #setShadow({ at, bytes }: Chunk, value: number): void {
    const { shadow } = this.map;
    if (bytes === 4) shadow.setUint32(at, value, true);
    else if (bytes === 2) shadow.setUint16(at, value, true);
    else shadow.setUint8(at, value);
  }
}

function widthOf(bytes: 1 | 2 | 4): Width {
  return bytes === 4 ? 32 : bytes === 2 ? 16 : 8;
}
