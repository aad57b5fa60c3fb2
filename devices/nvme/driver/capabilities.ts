/** What a controller says it can do, checked before any of it is used. */
import type { Registers } from "../../../core/registers.ts";
import { nvmeDoorbell } from "../registers.ts";
import type { NVME } from "../registers.ts";
import { controllerError } from "./errors.ts";

/** Bits of `cap.css`. */
const NVM_COMMAND_SET = 1;
const DOORBELL_SIZE = 4;
const TIMEOUT_UNIT_MS = 500;

/** What a controller can do, from its registers alone. */
export interface NvmeCapabilities {
  /** The specification it follows, "1.4.0". */
  readonly version: string;
  /** Entries of an I/O queue at most. */
  readonly entries: number;
  /** Pairs of I/O queues whose doorbells lie in the BAR. */
  readonly queues: number;
  /** Doorbells are 4 << stride bytes apart. */
  readonly stride: number;
  /** Bytes of a memory page: the smallest that the controller has. */
  readonly pageSize: number;
  /** Milliseconds until `csts.rdy` follows `cc.en`, at most. */
  readonly readyMs: number;
}

/**
 * Reads what the controller can do.
 *
 * @param barSize Bytes of BAR0.
 * @throws {VfioError} `ENODEV` when all ones are read; `EIO` for what cannot be, or cannot be driven.
 */
export function readCapabilities(
  regs: Registers<typeof NVME>,
  barSize: number,
  address: string,
): NvmeCapabilities {
  if (barSize < nvmeDoorbell(1, "tail", 0)) {
    throw refused(address, `its BAR has ${barSize} bytes, too few for registers and doorbells`);
  }
  const version = regs.vs.read();
  if (version.raw === 0xffff_ffff) {
    throw controllerError("ENODEV", "use", address, "its registers read as all ones: it is gone, or asleep");
  }
  const { mqes, dstrd, css, mpsmin, mpsmax, to } = regs.cap.read();
  if (mqes === 0) throw refused(address, "CAP.MQES is 0, but a queue has at least 2 entries");
  if ((css & NVM_COMMAND_SET) === 0) throw refused(address, "CAP.CSS has no NVM command set");
  if (mpsmin > mpsmax) throw refused(address, `CAP.MPSMIN is ${mpsmin}, over CAP.MPSMAX of ${mpsmax}`);
  const room = (barSize - nvmeDoorbell(0, "tail", dstrd)) / (2 * (DOORBELL_SIZE << dstrd));
  const queues = Math.min(0xffff, Math.floor(room) - 1);
  if (queues < 1) {
    throw refused(
      address,
      `CAP.DSTRD is ${dstrd}, so that not even one I/O queue has its doorbells in a BAR of ${barSize} bytes`,
    );
  }
  return {
    version: `${version.mjr}.${version.mnr}.${version.ter}`,
    entries: mqes + 1,
    queues,
    stride: dstrd,
    pageSize: 4096 << mpsmin,
    readyMs: (to + 1) * TIMEOUT_UNIT_MS,
  };
}

function refused(address: string, detail: string): Error {
  return controllerError("EIO", "use", address, detail);
}
