/** ConfigMap: which capability each byte of the config space belongs to, and the shadow as it is when a device is opened. */
import { CAPABILITY } from "../../../pci/capability_ids_data.ts";
import { CONFIG_HEADER } from "../../../pci/header.ts";
import type { KernelFacts } from "../kernel_data.ts";
import type { PciSlot } from "../pci_slot.ts";
import { capabilityLength, extendedLength } from "./capability_length.ts";
import { CAPABILITY_RULES, DVSEC, EXTENDED_RULES } from "./config_rules_data.ts";

/** Nobody's byte. */
export const UNASSIGNED = 0xff;
/** The header's bytes carry the id 0. */
export const HEADER_ID = 0;
const HEADER_SIZE = 0x40;
const COMMAND = CONFIG_HEADER.command.at;
const MEMORY = 2;
const EXTENDED = 0x100;
/** The mask of an extended capability's next pointer, and what it leaves. */
const NEXT_MASK = 0xffc0_0000;

/**
 * The map and the shadow of one open device.
 *
 * Hidden capabilities are unlinked in the shadow; their bytes stay nobody's.
 *
 * @see Linux, drivers/vfio/pci/vfio_pci_config.c, `vfio_config_init`
 */
export class ConfigMap {
  /** The shadow: what virtual bits read. */
  readonly shadow: DataView<ArrayBuffer>;
  readonly #owners: Uint8Array;
  readonly #slot: PciSlot;

  /** Reads the hardware's config space. */
  constructor(slot: PciSlot, facts: KernelFacts) {
    this.#slot = slot;
    this.shadow = new DataView(new ArrayBuffer(slot.configSize));
    this.#owners = new Uint8Array(slot.configSize).fill(UNASSIGNED, HEADER_SIZE);
    this.#fill(0, HEADER_SIZE);
    if (slot.physicalFunction !== undefined) this.#completeVirtual();
    this.#standard(facts);
    if (slot.configSize > EXTENDED && slot.readConfig(EXTENDED, 32) !== 0 && this.#isExpress()) {
      this.#extended(facts);
    }
  }

  /** The capability a byte belongs to: {@linkcode HEADER_ID}, {@linkcode UNASSIGNED}, or an id. */
  owner(at: number): number {
    return this.#owners[at] ?? UNASSIGNED;
  }

  /** Where the capability of a byte begins. Two of one kind side by side count as one, as in the kernel. */
  start(at: number): number {
    const owner = this.owner(at);
    if (owner === HEADER_ID) return 0;
    const base = at >= EXTENDED ? EXTENDED : HEADER_SIZE;
    let start = at;
    while (start - 1 >= base && this.owner(start - 1) === owner) start--;
    return start;
  }

  /** How many bytes from `at` on lie in one double word and one capability. */
  remaining(at: number): number {
    const owner = this.owner(at);
    let count = 1;
    while ((at + count) % 4 !== 0 && this.owner(at + count) === owner) count++;
    return count;
  }

  /** What a virtual function's hardware does not show, and a user expects: ids, and that memory is decoded. */
  #completeVirtual(): void {
    this.shadow.setUint16(CONFIG_HEADER.vendorId.at, this.#slot.vendor, true);
    this.shadow.setUint16(CONFIG_HEADER.deviceId.at, this.#slot.device, true);
    this.shadow.setUint16(COMMAND, this.shadow.getUint16(COMMAND, true) | MEMORY, true);
  }

  #isExpress(): boolean {
    return this.#owners.includes(CAPABILITY.pciExpress) || this.#owners.includes(CAPABILITY.pciX);
  }

  #fill(at: number, size: number): void {
    for (let i = at; i < at + size && i < this.#slot.configSize; i++) {
      this.shadow.setUint8(i, this.#slot.readConfig(i, 8));
    }
  }

  #claim(at: number, size: number, id: number): void {
    this.#owners.fill(id, at, at + size);
    this.#fill(at, size);
  }

  #standard(facts: KernelFacts): void {
    const slot = this.#slot;
    if ((slot.readConfig(CONFIG_HEADER.status.at, 16) & 0x10) === 0) return;
    let previous: number = CONFIG_HEADER.capabilitiesPointer.at;
    let at = slot.readConfig(CONFIG_HEADER.capabilitiesPointer.at, 8);
    let visible = 0;
    // 48 is the most that fit: a chain that a device links in a circle ends too.
    for (let steps = 0; at !== 0 && steps < 48; steps++) {
      const id = slot.readConfig(at, 8);
      const next = slot.readConfig(at + 1, 8);
      const rule = CAPABILITY_RULES[id];
      const length = rule === undefined ? 0 : capabilityLength(slot, id, at, rule, facts);
      if (length === 0) this.shadow.setUint8(previous, next);
      else {
        this.#claim(at, length, id);
        previous = at + 1;
        visible++;
      }
      at = next;
    }
    if (visible === 0) this.shadow.setUint16(0x06, this.shadow.getUint16(0x06, true) & ~0x10, true);
  }

  #extended(facts: KernelFacts): void {
    const slot = this.#slot;
    let previous: number | undefined;
    let at = EXTENDED;
    let visible = 0;
    for (let steps = 0; at >= EXTENDED && steps < (slot.configSize - EXTENDED) / 4; steps++) {
      const header = slot.readConfig(at, 32);
      const id = header & 0xffff;
      const next = (header >>> 20) & 0xffc;
      const rule = id === DVSEC && !facts.dvsec ? undefined : EXTENDED_RULES[id];
      const length = rule === undefined ? 0 : extendedLength(slot, id, at, rule);
      if (length === 0 && previous !== undefined) {
        const linked = this.shadow.getUint32(previous, true) & ~NEXT_MASK;
        this.shadow.setUint32(previous, (linked | (next << 20)) >>> 0, true);
      } else {
        // The first one cannot be unlinked: a placeholder without id carries the chain on.
        this.#claim(at, length === 0 ? 4 : length, id & 0xff);
        if (length === 0) this.shadow.setUint32(at, (header & NEXT_MASK) >>> 0, true);
        else visible++;
        previous = at;
      }
      at = next;
    }
    if (visible === 0) this.shadow.setUint32(EXTENDED, 0, true);
  }
}
