/** NvmeNamespace: blocks to read and write. */
import { NVME_CNS, NVME_COMMANDS, NVME_IO } from "../registers_commands.ts";
import { NVME_RANGE, NVME_RANGE_SIZE } from "../registers_entries.ts";
import { ByteMemory } from "../../../core/byte_memory.ts";
import { checkSize, checkTimeout } from "../../../core/checks.ts";
import { registers } from "../../../core/registers.ts";
import { inPieces, moveData, sizeOf } from "./block_io.ts";
import type { NvmeData } from "./block_io.ts";
import { commandEntry } from "./command_entry.ts";
import type { Submit } from "./commands.ts";
import { controllerError, nameOf } from "./errors.ts";
import { parseNamespace } from "./identify.ts";
import type { NvmeBlockFormat, NvmeNamespaceInfo } from "./identify.ts";
import type { NvmeQueue } from "./queue.ts";
import { checkBlocks, MAX_BLOCKS } from "./queue_checks.ts";
import type { BlockTarget } from "./queue_types.ts";
import type { Session } from "./session.ts";

/** How a command goes. */
export interface NvmeIoOptions {
  /** The queue to use. @default each in turn */
  readonly queue?: NvmeQueue;
  /** Milliseconds that each command may take. @default as the controller was opened */
  readonly timeoutMs?: number;
}

/** How data are written. */
export interface NvmeWriteOptions extends NvmeIoOptions {
  /** Past the cache, onto the medium. @default false */
  readonly fua?: boolean;
}

/** A range of blocks. */
export interface NvmeRange {
  /** The first block. */
  readonly lba: number | bigint;
  /** Blocks, up to 2^32 - 1. */
  readonly blocks: number;
}

/** How a namespace is formatted. */
export interface NvmeFormatOptions {
  /** Bytes of a block: the quickest format without metadata that has it. @default as it is */
  readonly blockSize?: number;
  /** Also overwrites user data that no block shows any more. @default false */
  readonly erase?: boolean;
  /** Milliseconds. @default 600000 */
  readonly timeoutMs?: number;
}

/** Ranges of one Dataset Management. */
const MAX_RANGES = 256;
const FORMAT_MS = 600_000;
const ERASE = 1;

/**
 * A namespace: blocks to read and write, with promises.
 *
 * Data of any length are moved, by as many commands as are needed, several at a time; a `Uint8Array` is copied through
 * DMA memory, a `DmaBuffer` or an `NvmeTransfer` is reached by the controller itself. Commands are not ordered among
 * each other; those begun in one turn are told with one doorbell. A promise settles when the controller no longer
 * touches the data.
 *
 * Every command throws {@linkcode NvmeError} when the controller ends it with an error status, as "lbaOutOfRange", and
 * {@linkcode VfioError} `ETIMEDOUT` when it took too long (it is aborted or the controller reset by then), `EBADF` after
 * the driver was closed, `EIO` or `ENODEV` when the controller has failed or is gone.
 */
export class NvmeNamespace implements BlockTarget {
  /** Its id. */
  readonly id: number;
  readonly #session: Session;
  #info: NvmeNamespaceInfo;
  #blockShift: number;

  /** Made by `openNvme()`. */
  constructor(session: Session, id: number, info: NvmeNamespaceInfo) {
    this.#session = session;
    this.id = id;
    this.#info = info;
    this.#blockShift = Math.log2(info.format.blockSize);
  }

  /** Blocks. */
  get blocks(): bigint {
    return this.#info.blocks;
  }

  /** Bytes of a block. */
  get blockSize(): number {
    return this.#info.format.blockSize;
  }

  /** Bytes of a block, as a power of two. */
  get blockShift(): number {
    return this.#blockShift;
  }

  /** Bytes in all. */
  get size(): bigint {
    return this.blocks << BigInt(this.#blockShift);
  }

  /** Formats that it can have: their numbers differ from controller to controller. */
  get formats(): readonly NvmeBlockFormat[] {
    return this.#info.formats;
  }

  /**
   * Reads blocks from `lba` on until `into` is full.
   *
   * @param into Whole blocks.
   * @throws {RangeError} when it is not whole blocks.
   */
  read(lba: number | bigint, into: NvmeData, options: NvmeIoOptions = {}): Promise<void> {
    return this.#move("read", lba, into, options);
  }

  /** Writes blocks from `lba` on, and throws as {@linkcode read}. Until {@linkcode flush} they may be in a cache only. */
  write(lba: number | bigint, from: NvmeData, options: NvmeWriteOptions = {}): Promise<void> {
    return this.#move("write", lba, from, options);
  }

  /** Makes sure that what was written before is on the medium. */
  async flush(options: NvmeIoOptions = {}): Promise<void> {
    await this.#run("flush", options, (queue, handler) => queue.flush(this.id, handler));
  }

  /**
   * Writes zeros to `blocks` blocks without moving data.
   *
   * @throws {VfioError} `EOPNOTSUPP` when the controller cannot.
   */
  async writeZeroes(lba: number | bigint, blocks: number, options: NvmeIoOptions = {}): Promise<void> {
    this.#need("writeZeroes", "Write Zeroes");
    checkBlocks(lba, 1);
    await inPieces(checkSize("blocks", blocks), MAX_BLOCKS, async (offset, count) => {
      await this.#run(
        "writeZeroes",
        options,
        (queue, handler) => queue.writeZeroes(this, lbaAt(lba, offset), count, handler),
      );
    });
  }

  /**
   * Tells that these blocks are no longer needed; what they read as is the controller's choice.
   *
   * @throws {VfioError} `EOPNOTSUPP` when the controller cannot.
   */
  async deallocate(ranges: readonly NvmeRange[], options: NvmeIoOptions = {}): Promise<void> {
    this.#need("datasetManagement", "Dataset Management");
    await inPieces(ranges.length, MAX_RANGES, async (offset, count) => {
      const piece = await this.#session.bounce.take();
      try {
        piece.bytes.set(rangeList(ranges.slice(offset, offset + count)));
        const entry = commandEntry(
          { opcode: NVME_IO.datasetManagement, namespace: this.id, prp1: piece.iova },
          NVME_COMMANDS.datasetManagement,
          ({ cdw10, cdw11 }) => {
            cdw10.write({ nr: count - 1 });
            cdw11.write({ ad: true });
          },
        );
        await this.#run("datasetManagement", options, (queue, handler) => queue.submit(entry, handler));
      } finally {
        this.#session.bounce.give(piece);
      }
    });
  }

  /**
   * Formats the namespace anew: **all its data are gone**. Afterwards `blocks` and `blockSize` are as it was asked for.
   *
   * @throws {VfioError} `EINVAL` when it has no such format; `EOPNOTSUPP` when the controller cannot format.
   */
  async format(options: NvmeFormatOptions = {}): Promise<void> {
    const { blockSize = this.blockSize, erase = false, timeoutMs = FORMAT_MS } = options;
    const { admin, identity } = this.#session;
    checkTimeout(timeoutMs);
    if (!identity.optionalAdmin.format) throw this.#unsupported("Format NVM");
    const [format] = this.formats
      .filter((each) => each.blockSize === blockSize && each.metadataSize === 0)
      .sort((a, b) => a.performance - b.performance);
    if (format === undefined) throw this.#noFormat(blockSize);
    const how = { lbaf: format.index, ses: erase ? ERASE : 0 };
    await this.#session.whenUp(() => admin.format(this.id, how, timeoutMs));
    await this.refresh();
  }

  /** Asks the controller anew how the namespace is: after an event, or when somebody else formatted it. */
  async refresh(): Promise<void> {
    const { admin, device } = this.#session;
    const page = await this.#session.whenUp(() => admin.identify(NVME_CNS.namespace, this.id));
    this.#info = parseNamespace(page, this.id, device.address);
    this.#blockShift = Math.log2(this.#info.format.blockSize);
  }

  async #move(
    direction: "read" | "write",
    lba: number | bigint,
    data: NvmeData,
    options: NvmeWriteOptions,
  ): Promise<void> {
    const { blockSize } = this;
    const size = sizeOf(data);
    if (this.#info.format.metadataSize > 0) throw this.#unsupported("a format with metadata");
    if (blockSize > this.#session.identity.maxTransfer) {
      throw this.#unsupported("blocks that no command can move");
    }
    if (size === 0 || size % blockSize !== 0) {
      throw new RangeError(`Cannot ${direction} ${size} bytes: whole blocks of ${blockSize} are needed`);
    }
    const { fua = false } = options;
    checkBlocks(lba, 1);
    await moveData(this.#session, data, direction, (memory, offset, bytes) => {
      const first = lbaAt(lba, offset / blockSize);
      const blocks = bytes / blockSize;
      return this.#run(
        direction,
        options,
        (queue, handler) =>
          direction === "read"
            ? queue.read(this, memory, first, blocks, handler)
            : queue.write(this, memory, first, blocks, handler, fua),
      );
    });
  }

  #run(command: keyof typeof NVME_IO, options: NvmeIoOptions, submit: Submit): Promise<number> {
    const { device, settings } = this.#session;
    const { queue, timeoutMs = settings.timeoutMs } = options;
    checkTimeout(timeoutMs);
    const subject = { address: device.address, command, namespace: this.id };
    return this.#session.commandsOf(queue).run(subject, submit, { timeoutMs });
  }

  #need(command: "writeZeroes" | "datasetManagement", what: string): void {
    if (!this.#session.identity.optional[command]) throw this.#unsupported(what);
  }

  #unsupported(what: string): Error {
    const { address } = this.#session.device;
    return controllerError(
      "EOPNOTSUPP",
      "use",
      `${nameOf(this.id)} of ${address}`,
      `it has no way to use ${what}`,
    );
  }

  #noFormat(blockSize: number): Error {
    const sizes = this.formats.filter(({ metadataSize }) => metadataSize === 0).map((each) => each.blockSize);
    const detail = `blocks of ${blockSize} bytes without metadata are not among its formats: ${
      [...new Set(sizes)].join(", ")
    }`;
    return controllerError(
      "EINVAL",
      "format",
      `${nameOf(this.id)} of ${this.#session.device.address}`,
      detail,
    );
  }
}

/** The block that lies `offset` blocks behind another. */
function lbaAt(lba: number | bigint, offset: number): number | bigint {
  if (typeof lba === "bigint") return lba + BigInt(offset);
  const sum = lba + offset;
  return Number.isSafeInteger(sum) ? sum : BigInt(lba) + BigInt(offset);
}

function rangeList(ranges: readonly NvmeRange[]): Uint8Array {
  const bytes = new Uint8Array(ranges.length * NVME_RANGE_SIZE);
  const memory = new ByteMemory(bytes);
  for (const [i, { lba, blocks }] of ranges.entries()) {
    checkBlocks(lba, 1);
    const range = registers(memory, NVME_RANGE, i * NVME_RANGE_SIZE);
    range.nlb.write(blocks);
    range.slba.write(BigInt(lba));
  }
  return bytes;
}
