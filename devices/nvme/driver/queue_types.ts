/** What a queue is made with, and what it deals with. */
import type { VfioError } from "../../../core/errors.ts";
import type { Memory } from "../../../core/memory.ts";
import type { PciDevice } from "../../../driverkit/pci_device.ts";
import type { Vector } from "../../../driverkit/vector.ts";

/** What a queue is told when a command ends. One object may serve any number of commands. */
export interface NvmeHandler {
  /**
   * Called once for each command, from within {@linkcode NvmeQueue.poll}; it may submit others.
   *
   * @param id The command's, as submitting it gave it; it is free again.
   * @param status 0, or one of `NVME_STATUS`; `abortedByHost` when the controller was reset or the driver closed.
   * @param result The first word of the completion.
   * @param flags Bits above the status: 8 do not retry, 4 more in the error log.
   */
  completed(id: number, status: number, result: number, flags: number): void;
}

/** What commands about blocks need to know of their namespace. */
export interface BlockTarget {
  /** Its id. */
  readonly id: number;
  /** Bytes of a block, as a power of two. */
  readonly blockShift: number;
}

/** How completions of promises are noticed. */
export type NvmeMode = "interrupt" | "polled";

/** What a queue is made with. */
export interface QueueSettings {
  /** 0: the admin queues. */
  readonly id: number;
  readonly entries: number;
  /** The vector that tells of completions; undefined: it is polled for good. */
  readonly vector: Vector | undefined;
  readonly device: PciDevice;
  readonly bar: Memory;
  /** `cap.dstrd`. */
  readonly stride: number;
  readonly pageSize: number;
  /** Called when the controller tells what cannot be. */
  readonly violated: (error: VfioError) => void;
}
