/** NvmeBar: BAR0 of the controller. */
import type { BarModel, Width } from "../device_model.ts";
import { RegisterBank } from "../register_bank.ts";
import type { Controller } from "./controller.ts";
import { VERSION } from "./controller_page.ts";
import { NVME, NVME_DOORBELLS } from "./registers.ts";

/** Words of 32 bits that belong to a register; the others read as zeros. */
const WORDS: ReadonlySet<number> = new Set(
  Object.values(NVME).flatMap(({ at, width }) => width === 64 ? [at, at + 4] : [at]),
);

/**
 * The registers, and the doorbells behind them. Writes narrower than 32 bits, which the specification leaves
 * undefined, are ignored. Accesses of 64 bits arrive as two: no register knows the difference.
 */
export class NvmeBar implements BarModel {
  readonly #controller: Controller;
  readonly #registers: RegisterBank<typeof NVME>;

  /** Shows the registers of a controller. */
  constructor(controller: Controller) {
    const { life, interrupts, admin } = controller;
    this.#controller = controller;
    this.#registers = new RegisterBank(NVME, {
      cap: { read: () => controller.cap },
      vs: { read: () => VERSION },
      intms: { read: () => interrupts.mask, write: (ones) => interrupts.mask |= ones },
      intmc: { read: () => interrupts.mask, write: (mask) => interrupts.mask = mask },
      cc: { read: () => life.cc, write: (value) => life.cc = value },
      csts: { read: () => life.csts },
      // Without subsystem resets it does nothing.
      nssr: { read: () => 0, write: () => {} },
      aqa: { read: () => admin.aqa, write: (value) => admin.aqa = value },
      asq: { read: () => admin.asq, write: (value) => admin.asq = value },
      acq: { read: () => admin.acq, write: (value) => admin.acq = value },
    });
  }

  /** Answers a read; doorbells read as zeros. */
  read(offset: number, width: Width): number {
    return WORDS.has(offset & ~3) ? this.#registers.read(offset, width) : 0;
  }

  /** Takes a write. */
  write(offset: number, width: Width, value: number): void {
    if (width !== 32) return;
    if (WORDS.has(offset)) this.#registers.write(offset, width, value);
    else if (offset >= NVME_DOORBELLS) this.#ring(offset - NVME_DOORBELLS, value);
  }

  #ring(offset: number, value: number): void {
    const stride = 4 << this.#controller.settings.dstrd;
    const index = Math.floor(offset / stride);
    // Between doorbells that are further apart there is none, so none of any queue.
    const queue = offset % stride === 0 ? index >> 1 : -1;
    this.#controller.doorbell(queue, index % 2 === 0 ? "tail" : "head", value & 0xffff);
  }
}
