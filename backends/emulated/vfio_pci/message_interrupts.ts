/** MessageInterrupts: MSI or MSI-X of an open device. */
import { CAPABILITY } from "../../../pci/capability_ids_data.ts";
import { CONFIG_HEADER } from "../../../pci/header.ts";
import type { InterruptBlock, InterruptController } from "../interrupt_controller.ts";
import type { Eventfd } from "../eventfd.ts";
import type { PciSlot } from "../pci_slot.ts";

const COMMAND = CONFIG_HEADER.command.at;
const MEMORY = 2;
const MASKED = 1;

/**
 * The vectors of MSI or MSI-X, allocated together; MSI-X may get more one by one.
 *
 * Command stays as it is: what PCI's core does to INTx Disable there, vfio-pci undoes when it puts the word back that it
 * saved before it switched memory decoding on.
 *
 * @see Linux, drivers/vfio/pci/vfio_pci_intrs.c, drivers/pci/msi
 */
export class MessageInterrupts {
  readonly kind: "msi" | "msix";
  readonly #slot: PciSlot;
  readonly #controller: InterruptController;
  readonly #blocks: InterruptBlock[] = [];
  readonly #vectors = new Map<number, { readonly block: InterruptBlock; readonly index: number }>();
  readonly #triggers = new Map<number, Eventfd>();
  /** Vectors that were connected once: when their signal is taken away, they are shut down, and messages are lost. */
  readonly #used = new Set<number>();
  /** Others whose message came meanwhile: the kernel sends it on to the first who is connected. */
  readonly #pending = new Set<number>();
  readonly #capability: number;

  /** Allocates `count` vectors and switches the capability on. */
  constructor(kind: "msi" | "msix", slot: PciSlot, controller: InterruptController, count: number) {
    this.kind = kind;
    this.#slot = slot;
    this.#controller = controller;
    this.#capability = slot.function.model.config.find(CAPABILITY[kind]) ?? 0;
    this.#allocate(0, count);
    this.program();
  }

  /** log2 of the vectors that MSI has. */
  get log2(): number {
    return this.kind === "msi" ? Math.ceil(Math.log2(this.#vectors.size)) : 0;
  }

  /** Whether a vector is allocated. */
  has(vector: number): boolean {
    return this.#vectors.has(vector);
  }

  /** Allocates one more vector (MSI-X only). */
  add(vector: number): void {
    this.#allocate(vector, 1);
    this.#writeEntry(vector);
  }

  /** Connects a vector, or disconnects it. */
  connect(vector: number, trigger: Eventfd | undefined): void {
    if (trigger === undefined) this.#triggers.delete(vector);
    else this.#triggers.set(vector, trigger);
    if (trigger !== undefined) {
      this.#used.add(vector);
      if (this.#pending.delete(vector)) trigger.signal();
    }
    if (this.kind === "msix" && this.#vectors.has(vector)) this.#writeEntry(vector);
  }

  /** Signals a vector as its message would; nothing when it is not connected. */
  signal(vector: number): void {
    this.#triggers.get(vector)?.signal();
  }

  /** A message of the device's has come. @see Linux, kernel/irq/resend.c, check_irq_resend() */
  #arrive(vector: number): void {
    if (this.#triggers.has(vector)) this.signal(vector);
    else if (!this.#used.has(vector)) this.#pending.add(vector);
  }

  /** Writes messages and masks into the device and enables it: at first, and after a reset. */
  program(): void {
    const at = this.#capability;
    const control = this.#slot.readConfig(at + 2, 16);
    if (this.kind === "msix") {
      this.#slot.writeConfig(at + 2, 16, control | 0xc000);
      for (const vector of this.#vectors.keys()) this.#writeEntry(vector);
      this.#slot.writeConfig(at + 2, 16, (control | 0x8000) & ~0x4000);
      return;
    }
    const vector = this.#vectors.get(0);
    if (vector === undefined) return;
    const { address, data } = this.#controller.message(vector.block);
    this.#slot.writeConfig(at + 4, 32, Number(address));
    if ((control & 0x80) !== 0) this.#slot.writeConfig(at + 8, 32, 0);
    this.#slot.writeConfig(at + ((control & 0x80) !== 0 ? 0x0c : 0x08), 16, data);
    this.#slot.writeConfig(at + 2, 16, (control & ~0x70) | (this.log2 << 4) | 1);
  }

  /** Switches the capability off and gives the vectors back. */
  disable(): void {
    this.#triggers.clear();
    this.#pending.clear();
    this.#used.clear();
    if (this.kind === "msix") { for (const vector of this.#vectors.keys()) this.#writeEntry(vector); }
    const at = this.#capability + 2;
    const enable = this.kind === "msi" ? 1 : 0x8000;
    this.#slot.writeConfig(at, 16, this.#slot.readConfig(at, 16) & ~enable);
    if (this.kind === "msi") this.#clearMessage();
    for (const block of this.#blocks) this.#controller.free(block);
    this.#vectors.clear();
  }

  /** Freed vectors get an empty message, unless the device sleeps. @see Linux, kernel/irq/msi.c, msi_domain_deactivate() */
  #clearMessage(): void {
    if (this.#slot.function.powerState !== 0) return;
    const at = this.#capability;
    const wide = (this.#slot.readConfig(at + 2, 16) & 0x80) !== 0;
    this.#slot.writeConfig(at + 4, 32, 0);
    if (wide) this.#slot.writeConfig(at + 8, 32, 0);
    this.#slot.writeConfig(at + (wide ? 0x0c : 0x08), 16, 0);
  }

  #allocate(first: number, count: number): void {
    const handlers = Array.from({ length: count }, (_, i) => () => this.#arrive(first + i));
    const block = this.#controller.allocate(this.#slot.address, handlers);
    this.#blocks.push(block);
    for (let i = 0; i < count; i++) this.#vectors.set(first + i, { block, index: i });
  }

  /** Writes a table entry, with memory decoding on for as long as that takes. */
  #writeEntry(vector: number): void {
    const place = this.#slot.readConfig(this.#capability + 4, 32);
    const at = (place & ~7) + 16 * vector;
    const slot = this.#vectors.get(vector);
    if (slot === undefined) return;
    const { address, data } = this.#controller.message(slot.block, slot.index);
    const command = this.#slot.readConfig(COMMAND, 16);
    this.#slot.writeConfig(COMMAND, 16, command | MEMORY);
    this.#slot.writeBar(place & 7, at, 32, Number(address));
    this.#slot.writeBar(place & 7, at + 4, 32, 0);
    this.#slot.writeBar(place & 7, at + 8, 32, data);
    this.#slot.writeBar(place & 7, at + 12, 32, this.#triggers.has(vector) ? 0 : MASKED);
    this.#slot.writeConfig(COMMAND, 16, command);
  }
}
