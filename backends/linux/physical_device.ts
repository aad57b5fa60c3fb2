/**
 * PhysicalDevice: what all handles and mappings of one device share in this process, and the mapping guard.
 *
 * Touching a mapped BAR while the device does not decode memory ends the process (SIGBUS). So mappings are shut
 * before anything is done that may change whether it does, through whichever handle; the next access asks the device,
 * and opens the mapping again or throws. What a write to the config space means (Command, power state, function
 * reset; in which width, at which offset) never has to be understood.
 *
 * @see Linux, drivers/vfio/pci/vfio_pci_core.c, vfio_pci_mmap_page_fault() and __vfio_pci_memory_enabled()
 */
import type { Memory } from "../../core/memory.ts";
import { findPowerControl, refusalOf } from "./decoding.ts";
import type { DecodingLayout } from "./decoding.ts";
import { isVirtualFunction } from "./sysfs.ts";

/** A mapping that can be shut. */
export interface Guarded {
  /** Makes the next access ask {@linkcode PhysicalDevice.refusal}. */
  block(): void;
}

/** The devices that this process holds, by name: the PCI address. */
const held = new Map<string, PhysicalDevice>();

/** A device that this process holds, by handles or by mappings. */
export class PhysicalDevice {
  readonly #name: string;
  /** The config space through each open handle. */
  readonly #configs = new Set<Memory>();
  readonly #mappings = new Set<Guarded>();
  /** Handles, mappings, and closes that have not returned. */
  #holders = 0;
  #resets = 0;
  #lowPower = false;
  #layout: DecodingLayout | undefined;
  /** What the last handle saw before it was closed. */
  #lastRefusal: string | undefined;

  private constructor(name: string) {
    this.#name = name;
  }

  /** Gives the device of that name: one object as long as anything holds it. */
  static of(name: string): PhysicalDevice {
    return held.get(name) ?? new PhysicalDevice(name);
  }

  /** Whether this process holds a device. */
  static isHeld(name: string): boolean {
    return held.has(name);
  }

  /** Shuts all mappings: several devices may be hit. */
  static doubtAll(): void {
    for (const device of held.values()) device.doubt();
  }

  /** Shuts the device's mappings until the next access has asked: to be called before what may stop its decoding. */
  doubt(): void {
    for (const mapping of this.#mappings) mapping.block();
  }

  /** Tells why mappings may not be touched now; undefined: they may. */
  refusal(): string | undefined {
    if (this.#resets > 0) return "it is in reset";
    if (this.#lowPower) return "it is in its low-power state";
    const [config] = this.#configs;
    return config === undefined ? this.#lastRefusal : this.#ask(config);
  }

  /** Keeps mappings shut until `reset` is over, one way or another. */
  async whileResetting(reset: Promise<unknown>): Promise<void> {
    this.#resets++;
    this.doubt();
    try {
      await reset;
    } finally {
      this.#resets--;
    }
  }

  /** Keeps all mappings shut until `reset` is over: several devices may be hit. */
  static async whileResettingAll(reset: Promise<unknown>): Promise<void> {
    await Promise.all(Array.from(held.values(), (device) => device.whileResetting(reset)));
    await reset;
  }

  /** Keeps mappings shut from LOW_POWER_ENTRY to LOW_POWER_EXIT. */
  set lowPower(engaged: boolean) {
    this.#lowPower = engaged;
    this.doubt();
  }

  /** A handle is opened. */
  enter(config: Memory): void {
    this.#hold();
    this.#configs.add(config);
  }

  /** A handle is about to be closed: it answers one last time. {@linkcode release} follows when it is closed. */
  leave(config: Memory): void {
    if (this.#configs.size === 1 && this.#mappings.size > 0) this.#lastRefusal = this.#ask(config);
    this.#configs.delete(config);
  }

  /** A mapping is made. */
  cover(mapping: Guarded): void {
    this.#hold();
    this.#mappings.add(mapping);
  }

  /** A mapping is gone. */
  uncover(mapping: Guarded): void {
    this.#mappings.delete(mapping);
    this.release();
  }

  /** What held the device does so no longer. */
  release(): void {
    if (--this.#holders === 0) held.delete(this.#name);
  }

  #hold(): void {
    this.#holders++;
    held.set(this.#name, this);
  }

  #ask(config: Memory): string | undefined {
    try {
      this.#layout ??= layoutOf(config, this.#name);
      return refusalOf(config, this.#layout);
    } catch {
      return "it does not answer";
    }
  }
}

/** Which kind of function it is, is only asked when its Command register leaves that open: sysfs is slower than a device. */
function layoutOf(config: Memory, name: string): DecodingLayout {
  let always: boolean | undefined;
  return {
    powerControl: findPowerControl(config),
    get always() {
      return always ??= isVirtualFunction(name);
    },
  };
}
