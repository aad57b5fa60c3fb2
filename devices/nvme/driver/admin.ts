/** Admin: commands of the admin queue. */
import type { DmaBuffer } from "../../../driverkit/dma.ts";
import { NVME_ADMIN, NVME_CNS, NVME_COMMANDS } from "../registers_commands.ts";
import { NVME_FEATURE, NVME_FEATURES } from "../registers_features.ts";
import { packFields, unpackFields } from "../registers_fields.ts";
import { NVME_IDENTIFY_SIZE } from "../registers_identify.ts";
import { commandEntry } from "./command_entry.ts";
import type { Commands, Submit } from "./commands.ts";
import type { NvmeQueue } from "./queue.ts";
import type { NvmeCommandName } from "./verbs.ts";

/** Bit 0 of the result of Abort. */
const NOT_ABORTED = 1;

/** What admin commands need of their controller. */
export interface AdminSettings {
  readonly address: string;
  /** Milliseconds that a command may take. */
  readonly timeoutMs: number;
  /** Gives DMA memory of a page. */
  readonly allocate: () => DmaBuffer;
}

/** Commands about the controller itself. None splits or retries. */
export class Admin implements Disposable {
  readonly #commands: Commands;
  readonly #settings: AdminSettings;
  readonly #pages = new Set<DmaBuffer>();
  readonly #free: DmaBuffer[] = [];

  /** Goes through the admin queue. */
  constructor(commands: Commands, settings: AdminSettings) {
    this.#commands = commands;
    this.#settings = settings;
  }

  /** Asks for a page of Identify: a copy of its own. @param cns One of `NVME_CNS`. */
  identify(cns: (typeof NVME_CNS)[keyof typeof NVME_CNS], namespace = 0): Promise<Uint8Array> {
    return this.#data(
      "identify",
      cns === NVME_CNS.activeNamespaces ? 0 : namespace,
      NVME_IDENTIFY_SIZE,
      (prp1) =>
        commandEntry(
          { opcode: NVME_ADMIN.identify, namespace, prp1 },
          NVME_COMMANDS.identify,
          ({ cdw10 }) => cdw10.write({ cns }),
        ),
    );
  }

  /** Reads the start of a log page. @param size Bytes, a multiple of 4, up to a page. */
  log(lid: number, size: number, namespace: number, keepEvents: boolean): Promise<Uint8Array> {
    return this.#data(
      "getLogPage",
      0,
      size,
      (prp1) =>
        commandEntry(
          { opcode: NVME_ADMIN.getLogPage, namespace, prp1 },
          NVME_COMMANDS.getLogPage,
          ({ cdw10 }) => cdw10.write({ lid, numdl: size / 4 - 1, rae: keepEvents }),
        ),
    );
  }

  /** Asks for I/O queues. @returns How many pairs the controller gives, at least 1. */
  async numberOfQueues(wanted: number): Promise<number> {
    const value = packFields(NVME_FEATURES.numberOfQueues, { nsq: wanted - 1, ncq: wanted - 1 });
    const entry = commandEntry(
      { opcode: NVME_ADMIN.setFeatures },
      NVME_COMMANDS.setFeatures,
      (fields) => {
        fields.cdw10.write({ fid: NVME_FEATURE.numberOfQueues });
        fields.value.write(value);
      },
    );
    const { nsq, ncq } = unpackFields(NVME_FEATURES.numberOfQueues, await this.#run("setFeatures", 0, entry));
    return Math.min(wanted, nsq + 1, ncq + 1);
  }

  /** Tells the controller of a pair of I/O queues. @param vector The interrupt vector; undefined: none. */
  async createQueues({ id, entries, vector, iovas }: NvmeQueue): Promise<void> {
    const size = { qid: id, qsize: entries - 1 };
    const completions = commandEntry(
      { opcode: NVME_ADMIN.createCompletionQueue, prp1: iovas.completions },
      NVME_COMMANDS.createCompletionQueue,
      ({ cdw10, cdw11 }) => {
        cdw10.write(size);
        cdw11.write({ pc: true, ien: vector !== undefined, iv: vector?.index ?? 0 });
      },
    );
    await this.#run("createCompletionQueue", 0, completions);
    const submissions = commandEntry(
      { opcode: NVME_ADMIN.createSubmissionQueue, prp1: iovas.submissions },
      NVME_COMMANDS.createSubmissionQueue,
      ({ cdw10, cdw11 }) => {
        cdw10.write(size);
        cdw11.write({ pc: true, cqid: id });
      },
    );
    await this.#run("createSubmissionQueue", 0, submissions);
  }

  /** Asks the controller to end a command early. @returns Whether it did. */
  async abort(sqid: number, cid: number): Promise<boolean> {
    const entry = commandEntry(
      { opcode: NVME_ADMIN.abort },
      NVME_COMMANDS.abort,
      ({ cdw10 }) => cdw10.write({ sqid, cid }),
    );
    return (await this.#run("abort", 0, entry) & NOT_ABORTED) === 0;
  }

  /** Formats a namespace anew: all its data are gone. */
  async format(
    namespace: number,
    fields: { readonly lbaf: number; readonly ses: number },
    timeoutMs: number,
  ): Promise<void> {
    const entry = commandEntry(
      { opcode: NVME_ADMIN.formatNvm, namespace },
      NVME_COMMANDS.formatNvm,
      ({ cdw10 }) => cdw10.write(fields),
    );
    await this.#run("formatNvm", namespace, entry, { timeoutMs });
  }

  /** Waits for an event, as long as it takes. @param submitted Told the command's id, to abort it with. */
  event(submitted: (id: number) => void): Promise<number> {
    const entry = commandEntry({ opcode: NVME_ADMIN.asyncEventRequest }, {}, () => {});
    return this.#run("asyncEventRequest", 0, entry, { timeoutMs: Infinity, submitted });
  }

  /** Frees its memory. */
  [Symbol.dispose](): void {
    using steps = new DisposableStack();
    for (const page of this.#pages) steps.use(page);
  }

  #run(
    command: NvmeCommandName,
    namespace: number,
    entry: Uint32Array,
    options: { readonly timeoutMs?: number; readonly submitted?: (id: number) => void } = {},
  ): Promise<number> {
    const { address, timeoutMs } = this.#settings;
    const subject = { address, command, namespace };
    const submit: Submit = (queue, handler) => queue.submit(entry, handler);
    return this.#commands.run(subject, submit, { timeoutMs, ...options });
  }

  /** Runs a command that fills a page, and copies it. By the time it ends, the controller leaves the page alone. */
  async #data(
    command: NvmeCommandName,
    namespace: number,
    size: number,
    entry: (prp1: bigint) => Uint32Array,
  ): Promise<Uint8Array> {
    const page = this.#free.pop() ?? this.#newPage();
    try {
      page.bytes.fill(0, 0, size);
      await this.#run(command, namespace, entry(page.iova));
      return page.bytes.slice(0, size);
    } finally {
      this.#free.push(page);
    }
  }

  #newPage(): DmaBuffer {
    const page = this.#settings.allocate();
    this.#pages.add(page);
    return page;
  }
}
