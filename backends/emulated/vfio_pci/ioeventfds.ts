/** Ioeventfds: register writes that a signal makes. */
import type { ErrorCode } from "../../../core/errors.ts";
import type { Eventfd, EventfdListener } from "../eventfd.ts";
import type { KernelFacts } from "../kernel_data.ts";
import type { PciSlot } from "../pci_slot.ts";
import { REGION } from "./regions.ts";
import type { Regions } from "./regions.ts";

const LIMIT = 1000;

/** A write to make. */
export interface IoeventfdWrite {
  readonly region: number;
  readonly offset: number;
  readonly width: number;
  readonly data: bigint;
}

interface Entry extends IoeventfdWrite {
  readonly eventfd: Eventfd;
  readonly listener: EventfdListener;
}

/** @see Linux, drivers/vfio/pci/vfio_pci_rdwr.c, `vfio_pci_ioeventfd` */
export class Ioeventfds {
  readonly #slot: PciSlot;
  readonly #regions: Regions;
  readonly #memoryEnabled: () => boolean;
  readonly #facts: KernelFacts;
  readonly #entries = new Set<Entry>();

  /** There are none yet. */
  constructor(slot: PciSlot, regions: Regions, memoryEnabled: () => boolean, facts: KernelFacts) {
    this.#slot = slot;
    this.#regions = regions;
    this.#memoryEnabled = memoryEnabled;
    this.#facts = facts;
  }

  /**
   * Adds a write, or removes it.
   *
   * @param lookUp Gives the signal; undefined removes.
   * @returns The errno, when it is refused.
   */
  set(write: IoeventfdWrite, lookUp: (() => Eventfd) | undefined): ErrorCode | undefined {
    const { region, offset, width } = write;
    if (![1, 2, 4, 8].includes(width) || region > REGION.bar5) return "EINVAL";
    if (offset + width > this.#regions.size(region) || this.#regions.touchesTable(region, offset, width)) {
      return "EINVAL";
    }
    if (width === 8 && !this.#facts.wideIoeventfd) return "EINVAL";
    const same = [...this.#entries].find((entry) => isSame(entry, write));
    if (same !== undefined) {
      if (lookUp !== undefined) return "EEXIST";
      same.eventfd.unlisten(same.listener);
      this.#entries.delete(same);
      return undefined;
    }
    if (lookUp === undefined) return "ENODEV";
    if (this.#entries.size >= LIMIT) return "ENOSPC";
    const eventfd = lookUp();
    const listener = { signalled: () => this.#write(write), closed: () => void this.#entries.delete(entry) };
    const entry = { ...write, eventfd, listener };
    this.#entries.add(entry);
    eventfd.listen(listener);
    return undefined;
  }

  /** Removes all. */
  clear(): void {
    for (const { eventfd, listener } of this.#entries) eventfd.unlisten(listener);
    this.#entries.clear();
  }

  #write({ region, offset, width, data }: IoeventfdWrite): void {
    if (this.#regions.mappable(region) && !this.#memoryEnabled()) return;
    if (width === 8) this.#slot.writeBar64(region, offset, data);
    else {
      const bits = width === 4 ? 32 : width === 2 ? 16 : 8;
      this.#slot.writeBar(region, offset, bits, Number(BigInt.asUintN(bits, data)));
    }
  }
}

function isSame(a: IoeventfdWrite, b: IoeventfdWrite): boolean {
  return a.region === b.region && a.offset === b.offset && a.width === b.width && a.data === b.data;
}
