/** Intx: the INTx line of an open device, masked by the kernel each time it fires. */
import { CONFIG_HEADER } from "../../../pci/header.ts";
import type { Eventfd, EventfdListener } from "../eventfd.ts";
import type { PciSlot } from "../pci_slot.ts";

const COMMAND = CONFIG_HEADER.command.at;
const STATUS = CONFIG_HEADER.status.at;
const INTX_DISABLE = 0x400;
const INTX_STATUS = 8;

/**
 * INTx of a device that can mask it by itself (PCI 2.3): masked is the physical INTx disable bit.
 *
 * @see Linux, drivers/vfio/pci/vfio_pci_intrs.c
 */
export class Intx {
  readonly #slot: PciSlot;
  #enabled = false;
  #masked = false;
  #disabled = false;
  #trigger: Eventfd | undefined;
  #unmask: { readonly eventfd: Eventfd; readonly listener: EventfdListener } | undefined;

  /** Not enabled yet. */
  constructor(slot: PciSlot) {
    this.#slot = slot;
  }

  /** Whether it is enabled. */
  get enabled(): boolean {
    return this.#enabled;
  }

  /** Whether a signal unmasks it. */
  get hasUnmaskSignal(): boolean {
    return this.#unmask !== undefined;
  }

  /** Enables it, masked when the user's INTx disable bit is set. */
  enable(trigger: Eventfd | undefined): void {
    this.#enabled = true;
    this.#trigger = trigger;
    this.#masked = this.#disabled;
    this.#setPhysical(this.#masked);
    this.#slot.lineHandler = (asserted) => {
      if (asserted) this.#fire();
    };
    if (this.#slot.line) this.#fire();
  }

  /** Connects another signal, or none. */
  setTrigger(trigger: Eventfd | undefined): void {
    this.#trigger = trigger;
  }

  /** Disables it; the physical bit stays as it is. */
  disable(): void {
    this.setUnmaskSignal(undefined);
    this.#slot.lineHandler = undefined;
    this.#enabled = false;
    this.#trigger = undefined;
    this.#masked = false;
  }

  /** Masks it; when INTx is not in use only the physical bit follows. */
  mask(): void {
    if (!this.#enabled) return this.#setPhysical(true);
    if (this.#masked) return;
    this.#setPhysical(true);
    this.#masked = true;
  }

  /** Unmasks it. While the line is still asserted it stays masked, and the signal is sent again. */
  unmask(): void {
    if (!this.#enabled) return this.#setPhysical(false);
    if (!this.#masked || this.#disabled) return;
    if ((this.#slot.readConfig(STATUS, 16) & INTX_STATUS) !== 0) return this.signal();
    this.#masked = false;
    this.#setPhysical(false);
  }

  /** Lets a signal unmask it; undefined takes that away. */
  setUnmaskSignal(eventfd: Eventfd | undefined): void {
    this.#unmask?.eventfd.unlisten(this.#unmask.listener);
    this.#unmask = undefined;
    if (eventfd === undefined) return;
    const listener = { signalled: () => this.unmask(), closed: () => this.#unmask = undefined };
    this.#unmask = { eventfd, listener };
    eventfd.listen(listener);
  }

  /** Follows the INTx disable bit of the user's Command register. */
  setDisabled(disabled: boolean): void {
    if (disabled === this.#disabled) return;
    this.#disabled = disabled;
    if (disabled) this.mask();
    else this.unmask();
  }

  /** Signals, as the line or a loopback does. */
  signal(): void {
    if (this.#enabled && !this.#disabled) this.#trigger?.signal();
  }

  /** The interrupt handler. */
  #fire(): void {
    if (this.#masked || (this.#slot.readConfig(STATUS, 16) & INTX_STATUS) === 0) return;
    this.#masked = true;
    this.#setPhysical(true);
    this.signal();
  }

  #setPhysical(disabled: boolean): void {
    const command = this.#slot.readConfig(COMMAND, 16);
    const next = disabled ? command | INTX_DISABLE : command & ~INTX_DISABLE;
    if (next !== command) this.#slot.writeConfig(COMMAND, 16, next);
  }
}
