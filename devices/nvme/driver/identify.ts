/** What Identify tells, checked before any of it is used. */
import { ByteMemory } from "../../../core/byte_memory.ts";
import { registers } from "../../../core/registers.ts";
import type { ReadValue } from "../../../core/registers.ts";
import { NVME_COMMAND_SIZE, NVME_COMPLETION_SIZE } from "../registers_entries.ts";
import {
  NVME_BLOCK_FORMAT,
  NVME_CONTROLLER,
  NVME_CONTROLLER_TEXT,
  NVME_IDENTIFY_SIZE,
  NVME_NAMESPACE,
} from "../registers_identify.ts";
import { controllerError, nameOf } from "./errors.ts";
import { listedBytes } from "./prp_lists.ts";

/** Blocks of 2^n bytes: the specification has no smaller ones, and nobody bigger ones. */
const BLOCK_SHIFTS = { least: 9, most: 16 } as const;
const LBA_BITS = 64n;

/** What a controller says of itself. */
export interface NvmeIdentity {
  /** PCI vendor. */
  readonly vendor: number;
  /** Serial number. */
  readonly serial: string;
  /** What it is sold as. */
  readonly model: string;
  /** Firmware revision. */
  readonly firmware: string;
  /** Number of the controller in its subsystem. */
  readonly controller: number;
  /** Bytes that one command moves at most: what the controller says, and never more than one list of pages holds. */
  readonly maxTransfer: number;
  /** Namespace ids are 1 to this. */
  readonly lastNamespace: number;
  /** Event requests at a time. */
  readonly eventRequests: number;
  /** Entries of the error log. */
  readonly errorEntries: number;
  /** Milliseconds that a shutdown takes; 0: not told. */
  readonly shutdownMs: number;
  /** Whether it has a volatile write cache, which a flush empties. */
  readonly writeCache: boolean;
  /** Optional I/O commands. */
  readonly optional: ReadValue<typeof NVME_CONTROLLER.oncs>;
  /** Optional admin commands. */
  readonly optionalAdmin: ReadValue<typeof NVME_CONTROLLER.oacs>;
}

/** A format that a namespace can have. */
export interface NvmeBlockFormat {
  /** Its number, which differs from controller to controller. */
  readonly index: number;
  /** Bytes of a block. */
  readonly blockSize: number;
  /** Bytes of metadata a block. */
  readonly metadataSize: number;
  /** How fast it is: 0 best, 3 worst. */
  readonly performance: number;
}

/** How a namespace is. */
export interface NvmeNamespaceInfo {
  /** Blocks in all. */
  readonly blocks: bigint;
  /** Blocks that are allocated. */
  readonly used: bigint;
  /** The format in use. */
  readonly format: NvmeBlockFormat;
  /** Formats that it can have. */
  readonly formats: readonly NvmeBlockFormat[];
}

/**
 * Parses the page about the controller.
 *
 * @param pageSize Bytes of its smallest memory page.
 * @throws {VfioError} `EIO` when its queues' entries have other sizes than all drivers use.
 */
export function parseController(page: Uint8Array, pageSize: number, address: string): NvmeIdentity {
  const fields = registers(new ByteMemory(page), NVME_CONTROLLER);
  checkEntrySize("SQES", fields.sqes.read(), NVME_COMMAND_SIZE, address);
  checkEntrySize("CQES", fields.cqes.read(), NVME_COMPLETION_SIZE, address);
  const mdts = fields.mdts.read();
  const { sn, mn, fr } = NVME_CONTROLLER_TEXT;
  return {
    vendor: fields.vid.read(),
    serial: text(page, sn),
    model: text(page, mn),
    firmware: text(page, fr),
    controller: fields.cntlid.read(),
    maxTransfer: Math.min(listedBytes(pageSize), mdts === 0 ? Infinity : pageSize * 2 ** mdts),
    lastNamespace: fields.nn.read(),
    eventRequests: fields.aerl.read() + 1,
    errorEntries: fields.elpe.read() + 1,
    shutdownMs: Math.ceil(fields.rtd3e.read() / 1000),
    writeCache: fields.vwc.read().present,
    optional: fields.oncs.read(),
    optionalAdmin: fields.oacs.read(),
  };
}

/**
 * Parses a page of the list of active namespaces.
 *
 * @param after The id before the first that may stand there.
 * @returns Ids in ascending order; as many as a page holds when there may be more.
 * @throws {VfioError} `EIO` when they do not ascend, or lie above `last`.
 */
export function parseNamespaceList(page: Uint8Array, after: number, last: number, address: string): number[] {
  const memory = new ByteMemory(page);
  const ids: number[] = [];
  for (let at = 0; at < NVME_IDENTIFY_SIZE; at += 4) {
    const id = memory.read32(at);
    if (id === 0) break;
    if (id <= (ids.at(-1) ?? after) || id > last) {
      const detail = `its list of namespaces tells of ${id} after ${
        ids.at(-1) ?? after
      }, and ids ascend to ${last}`;
      throw controllerError("EIO", "identify", address, detail);
    }
    ids.push(id);
  }
  return ids;
}

/** Parses the page about a namespace. @throws {VfioError} `ENODEV` when it is not there; `EIO` for what cannot be. */
export function parseNamespace(page: Uint8Array, id: number, address: string): NvmeNamespaceInfo {
  const subject = `${nameOf(id)} of ${address}`;
  const memory = new ByteMemory(page);
  const fields = registers(memory, NVME_NAMESPACE);
  const blocks = fields.nsze.read();
  if (blocks === 0n) {
    throw controllerError("ENODEV", "identify", subject, "it has no blocks: it is not active");
  }
  const { format } = fields.flbas.read();
  const last = fields.nlbaf.read();
  if (last > 15 || format > last) {
    const detail = `it has format ${format} of ${last + 1} formats, of which 16 are possible`;
    throw controllerError("EIO", "identify", subject, detail);
  }
  const formats = Array.from({ length: last + 1 }, (_, index) => {
    const { lbads, ms, rp } = registers(memory, NVME_BLOCK_FORMAT, 4 * index).format.read();
    return { index, shift: lbads, blockSize: 2 ** lbads, metadataSize: ms, performance: rp };
  });
  // One that cannot be is as good as not there, unless it is in use.
  const possible = formats.filter(({ shift }) => shift >= BLOCK_SHIFTS.least && shift <= BLOCK_SHIFTS.most);
  const current = possible.find(({ index }) => index === format);
  if (current === undefined || blocks >> (LBA_BITS - BigInt(current.shift)) !== 0n) {
    const detail = `it has ${blocks} blocks of 2^${formats[format]?.shift} bytes`;
    throw controllerError("EIO", "identify", subject, detail);
  }
  const plain = possible.map(({ shift: _, ...rest }) => rest);
  const { shift: _, ...inUse } = current;
  return { blocks, used: fields.nuse.read(), format: inUse, formats: plain };
}

function checkEntrySize(
  name: string,
  { min, max }: { readonly min: number; readonly max: number },
  size: number,
  address: string,
): void {
  const shift = Math.log2(size);
  if (min <= shift && shift <= max) return;
  const detail = `${name} allows entries of 2^${min} to 2^${max} bytes, and ${size} are needed`;
  throw controllerError("EIO", "use", address, detail);
}

/** Text is ASCII; whatever else stands there is shown as a question mark. */
function text(page: Uint8Array, place: { readonly at: number; readonly size: number }): string {
  const bytes = page.subarray(place.at, place.at + place.size);
  const characters = Array.from(
    bytes,
    (byte) => byte === 0 ? " " : byte < 0x20 || byte > 0x7e ? "?" : String.fromCharCode(byte),
  );
  return characters.join("").trim();
}
