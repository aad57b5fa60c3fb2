/** IoCommands: the NVM command set. */
import { ByteMemory } from "../../core/byte_memory.ts";
import { registers } from "../../core/registers.ts";
import { SUCCESS } from "./command.ts";
import type { Command, Outcome, Step } from "./command.ts";
import type { Controller } from "./controller.ts";
import { NAMESPACE_IDS } from "./limits.ts";
import type { Namespace } from "./namespace.ts";
import { NVME_ALL_NAMESPACES, NVME_COMMANDS, NVME_IO } from "./registers_commands.ts";
import { NVME_RANGE, NVME_RANGE_SIZE } from "./registers_entries.ts";
import { NVME_STATUS } from "./registers_status_data.ts";

/** A medium is quick to begin, and then takes its time for each byte: 4 GB/s. */
const ACCESS_NS = 10_000;
const BYTE_NS = 0.25;
/** The cache keeps nothing back. */
const FLUSH: Step = { nanoseconds: 20_000, then: () => SUCCESS };

type Work = (command: Command, namespace: Namespace) => Step;

/** Blocks that a command is about, as bytes of the medium. */
interface Blocks {
  readonly offset: number;
  readonly size: number;
}

/** Reads and writes. @see NVM Express Base Specification 1.4, chapter 6 */
export class IoCommands {
  readonly #controller: Controller;
  readonly #commands: ReadonlyMap<number, Work>;

  /** Serves a controller. */
  constructor(controller: Controller) {
    this.#controller = controller;
    this.#commands = new Map<number, Work>([
      [NVME_IO.read, (command, namespace) => this.#read(command, namespace)],
      [NVME_IO.write, (command, namespace) => this.#write(command, namespace)],
      [NVME_IO.compare, (command, namespace) => this.#compare(command, namespace)],
      [NVME_IO.writeZeroes, (command, namespace) => this.#writeZeroes(command, namespace)],
      [NVME_IO.datasetManagement, (command, namespace) => this.#manage(command, namespace)],
      [NVME_IO.flush, () => FLUSH],
    ]);
  }

  /** Works on a command. */
  work(command: Command): Step {
    const { opcode, nsid } = command;
    const work = this.#commands.get(opcode);
    if (work === undefined) return { status: NVME_STATUS.invalidOpcode };
    if (command.flagged) return { status: NVME_STATUS.invalidField };
    if (opcode === NVME_IO.flush && nsid === NVME_ALL_NAMESPACES) return FLUSH;
    if (nsid === 0 || nsid > NAMESPACE_IDS) return { status: NVME_STATUS.invalidNamespaceOrFormat };
    const namespace = this.#controller.namespaces.get(nsid);
    if (namespace === undefined) return { status: NVME_STATUS.invalidField };
    if (namespace.formatting) return { status: NVME_STATUS.formatInProgress };
    return work(command, namespace);
  }

  #read(command: Command, namespace: Namespace): Step {
    return this.#transfer(command, namespace, ({ offset, size }) => {
      const bytes = new Uint8Array(size);
      namespace.storage.read(offset, bytes);
      namespace.use.reads++;
      namespace.use.bytesRead += size;
      return { status: this.#controller.data.deliver(command, bytes) };
    });
  }

  #write(command: Command, namespace: Namespace): Step {
    return this.#transfer(command, namespace, ({ offset, size }) => {
      const bytes = new Uint8Array(size);
      const status = this.#controller.data.fetch(command, bytes);
      if (status !== NVME_STATUS.success) return { status };
      namespace.storage.write(offset, bytes);
      namespace.use.writes++;
      namespace.use.bytesWritten += size;
      return SUCCESS;
    });
  }

  #compare(command: Command, namespace: Namespace): Step {
    return this.#transfer(command, namespace, ({ offset, size }) => {
      const bytes = new Uint8Array(size);
      const status = this.#controller.data.fetch(command, bytes);
      if (status !== NVME_STATUS.success) return { status };
      const stored = new Uint8Array(size);
      namespace.storage.read(offset, stored);
      namespace.use.reads++;
      namespace.use.bytesRead += size;
      const equal = stored.every((byte, i) => byte === bytes[i]);
      return { status: equal ? NVME_STATUS.success : NVME_STATUS.compareFailure };
    });
  }

  #writeZeroes(command: Command, namespace: Namespace): Step {
    const blocks = this.#blocks(command, namespace);
    if (typeof blocks === "number") return { status: blocks };
    return {
      nanoseconds: ACCESS_NS,
      then: () => {
        namespace.storage.clear(blocks.offset, blocks.size);
        return SUCCESS;
      },
    };
  }

  #manage(command: Command, namespace: Namespace): Step {
    const { cdw10, cdw11 } = command.words(NVME_COMMANDS.datasetManagement);
    const bytes = new Uint8Array((cdw10.read().nr + 1) * NVME_RANGE_SIZE);
    const { ad } = cdw11.read();
    const status = this.#controller.data.fetch(command, bytes);
    if (status !== NVME_STATUS.success) return { status };
    const memory = new ByteMemory(bytes);
    const ranges: Blocks[] = [];
    for (let at = 0; at < bytes.length; at += NVME_RANGE_SIZE) {
      const { slba, nlb } = registers(memory, NVME_RANGE, at);
      const range = place(namespace, slba.read(), nlb.read());
      if (range === undefined) return { status: NVME_STATUS.lbaOutOfRange };
      ranges.push(range);
    }
    const clear = () => {
      if (ad) { for (const { offset, size } of ranges) namespace.storage.clear(offset, size); }
      return SUCCESS;
    };
    return { nanoseconds: ACCESS_NS, then: clear };
  }

  /** A command that moves its blocks to or from the host, as soon as the medium is there. */
  #transfer(command: Command, namespace: Namespace, move: (blocks: Blocks) => Outcome): Step {
    const { mdts } = this.#controller.settings;
    const { nlb } = command.words(NVME_COMMANDS.blocks).cdw12.read();
    if ((nlb + 1) * namespace.blockSize > 4096 << mdts) return { status: NVME_STATUS.invalidField };
    const blocks = this.#blocks(command, namespace);
    if (typeof blocks === "number") return { status: blocks };
    return { nanoseconds: ACCESS_NS + blocks.size * BYTE_NS, then: () => move(blocks) };
  }

  #blocks(command: Command, namespace: Namespace): Blocks | number {
    const { slba, cdw12 } = command.words(NVME_COMMANDS.blocks);
    return place(namespace, slba.read(), cdw12.read().nlb + 1) ?? NVME_STATUS.lbaOutOfRange;
  }
}

/** Where blocks are on the medium; undefined when the namespace does not have them. */
function place(namespace: Namespace, first: bigint, count: number): Blocks | undefined {
  if (!namespace.holds(first, count)) return undefined;
  return { offset: Number(first) * namespace.blockSize, size: count * namespace.blockSize };
}
