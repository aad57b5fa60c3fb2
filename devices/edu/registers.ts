/** The registers of QEMU's edu device: driver, model, tests and dumps read them here. */
import type { RegisterMap } from "../../core/registers.ts";

/**
 * BAR0 of the edu device, 1 MiB.
 *
 * Below 0x80 the device answers accesses of 32 bits only, from there on of 32 and 64 bits. What it refuses writes
 * nothing; it reads as zeros when narrower, as all ones when wider, and so does what is no register.
 *
 * @see QEMU, docs/specs/edu.rst and hw/misc/edu.c
 */
export const EDU = {
  /** 0xRRrr00ed: version RR.rr and the device's mark. */
  id: { at: 0x00, width: 32, access: "ro", fields: { major: [31, 24], minor: [23, 16] } },
  /** Gives back the inverse of what was written. */
  liveness: { at: 0x04, width: 32 },
  /** Written: n; once `status.computing` is clear again it holds n! modulo 2^32. Ignored while computing. */
  factorial: { at: 0x08, width: 32 },
  /** `computing` is the device's; `irqWhenDone` makes it raise 0x001 when a factorial is ready. */
  status: { at: 0x20, width: 32, fields: { computing: 0, irqWhenDone: 7 } },
  /** The causes that are raised: 0x001 factorial, 0x100 DMA, and whatever was written to `irqRaise`. */
  irqStatus: { at: 0x24, width: 32, access: "ro" },
  /** Raises these causes and the interrupt. */
  irqRaise: { at: 0x60, width: 32, access: "wo" },
  /** Clears these causes; INTx is lowered with the last. */
  irqAck: { at: 0x64, width: 32, access: "wo" },
  /** Where a transfer comes from: an IOVA, or an offset from {@linkcode EDU_BUFFER}`.at`. Ignored while one runs, as are the next three. */
  dmaSource: { at: 0x80, width: 64 },
  /** Where a transfer goes to. */
  dmaDestination: { at: 0x88, width: 64 },
  /** Bytes, at most the buffer's. QEMU before 9.1 ends, and its machine with it, when a transfer touches the buffer's last byte. */
  dmaCount: { at: 0x90, width: 64 },
  /** `start` begins a transfer and is clear again when it is done; `irqWhenDone` makes the device raise 0x100 then. */
  dmaCommand: { at: 0x98, width: 64, fields: { start: 0, toMemory: 1, irqWhenDone: 2 } },
} as const satisfies RegisterMap;

/** The buffer inside the device, as its DMA engine addresses it. It is not visible in the BAR. */
export const EDU_BUFFER = { at: 0x4_0000, size: 4096 } as const;

/** What edu's own events add to `irqStatus`. */
export const EDU_IRQ = { factorial: 0x001, dma: 0x100 } as const;
