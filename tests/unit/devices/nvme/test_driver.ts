/** As much of an NVMe driver as tests need: queues, and commands word by word. On any backend. */
import { registers, until } from "../../../../mod.ts";
import type { DmaBuffer, Memory, PciDevice, ReadValue, Registers } from "../../../../mod.ts";
import {
  NVME,
  NVME_ADMIN,
  NVME_COMMAND,
  NVME_COMMAND_SIZE,
  NVME_COMMANDS,
  NVME_COMPLETION,
  NVME_COMPLETION_SIZE,
  nvmeDoorbell,
  nvmeStatusName,
  packFields,
} from "../../../../devices/mod.ts";

export const PAGE = 4096;

/** A command, word by word; what is left open is 0. */
export interface Entry {
  readonly opcode: number;
  readonly flags?: number;
  readonly cid?: number;
  readonly nsid?: number;
  readonly prp1?: bigint;
  readonly prp2?: bigint;
  readonly cdw10?: number;
  readonly cdw11?: number;
  readonly cdw12?: number;
  readonly cdw13?: number;
}

/** A completion as it was read. */
export interface Completion {
  readonly result: number;
  readonly sqhd: number;
  readonly sqid: number;
  readonly cid: number;
  readonly status: number;
  readonly more: boolean;
  readonly dnr: boolean;
}

/** A pair of queues in the host's memory. */
export class Pair {
  readonly submissions: DmaBuffer;
  readonly completions: DmaBuffer;
  readonly #driver: TestDriver;
  readonly #id: number;
  readonly #entries: { readonly submissions: number; readonly completions: number };
  #tail = 0;
  #head = 0;
  #phase = true;
  #cid = 0;

  constructor(driver: TestDriver, id: number, submissions: number, completions = submissions) {
    this.#driver = driver;
    this.#id = id;
    this.#entries = { submissions, completions };
    this.submissions = driver.allocate(submissions * NVME_COMMAND_SIZE);
    this.completions = driver.allocate(completions * NVME_COMPLETION_SIZE);
  }

  /** Puts a command into the queue, without telling. @returns Its id. */
  put(entry: Entry): number {
    const { cid = this.#cid, flags = 0, ...words } = entry;
    const fields = registers(this.submissions, NVME_COMMAND, this.#tail * NVME_COMMAND_SIZE);
    const all = { nsid: 0, prp1: 0n, prp2: 0n, cdw10: 0, cdw11: 0, cdw12: 0, cdw13: 0, ...words };
    fields.opcode.write(all.opcode);
    fields.flags.write(flags);
    fields.cid.write(cid);
    fields.nsid.write(all.nsid);
    fields.prp1.write(all.prp1);
    fields.prp2.write(all.prp2);
    fields.cdw10.write(all.cdw10);
    fields.cdw11.write(all.cdw11);
    fields.cdw12.write(all.cdw12);
    fields.cdw13.write(all.cdw13);
    this.#tail = (this.#tail + 1) % this.#entries.submissions;
    this.#cid = (this.#cid + 1) % 0x1_0000;
    return cid;
  }

  /** Tells the controller what was put. */
  ring(): void {
    this.#driver.doorbell(this.#id, "tail", this.#tail);
  }

  /** Submits a command. @returns Its id. */
  submit(entry: Entry): number {
    const cid = this.put(entry);
    this.ring();
    return cid;
  }

  /** The next completion, if it is there; it stays there. */
  peek(): Completion | undefined {
    const fields = registers(this.completions, NVME_COMPLETION, this.#head * NVME_COMPLETION_SIZE);
    const { phase, status, more, dnr } = fields.status.read();
    if (phase !== this.#phase) return undefined;
    const [result, sqhd, sqid, cid] = [fields.result, fields.sqhd, fields.sqid, fields.cid]
      .map((field) => field.read());
    return { result, sqhd, sqid, cid, status, more, dnr } as Completion;
  }

  /** Takes the next completion, without telling. */
  take(): Completion | undefined {
    const completion = this.peek();
    if (completion === undefined) return undefined;
    this.#head = (this.#head + 1) % this.#entries.completions;
    if (this.#head === 0) this.#phase = !this.#phase;
    return completion;
  }

  /** Tells the controller what was taken. */
  release(): void {
    this.#driver.doorbell(this.#id, "head", this.#head);
  }

  /** Waits for the next completion. */
  wait(): Completion {
    const what = `a completion in queue ${this.#id}`;
    const completion = until(this.#driver.device.clock, () => this.take(), { timeoutMs: 1000, what });
    this.release();
    return completion;
  }

  /** Submits a command, and waits for it. */
  run(entry: Entry): Completion {
    const cid = this.submit(entry);
    const completion = this.wait();
    if (completion.cid !== cid) throw new Error(`${completion.cid} completed instead of ${cid}`);
    return completion;
  }
}

/** An NVMe controller, driven by hand. */
export class TestDriver implements Disposable {
  readonly device: PciDevice;
  readonly bar: Memory;
  readonly regs: Registers<typeof NVME>;
  readonly #dstrd: number;
  #admin: Pair | undefined;

  constructor(device: PciDevice) {
    this.device = device;
    this.device.config.command.update({ busMaster: true });
    this.bar = this.device.region("bar0");
    this.regs = registers(this.bar, NVME);
    this.#dstrd = this.regs.cap.read().dstrd;
  }

  /** The admin queues, once the controller is enabled. */
  get admin(): Pair {
    if (this.#admin === undefined) throw new Error("the controller is not enabled");
    return this.#admin;
  }

  /** Memory for DMA, at least a page. */
  allocate(size: number): DmaBuffer {
    return this.device.allocate(Math.max(PAGE, size));
  }

  doorbell(queue: number, end: "tail" | "head", value: number): void {
    this.bar.write32(nvmeDoorbell(queue, end, this.#dstrd), value);
  }

  /** Sets up admin queues and enables the controller. */
  enable(entries = 16, more: { readonly mps?: number; readonly completions?: number } = {}): this {
    const { mps = 0, completions = entries } = more;
    this.#admin = new Pair(this, 0, entries, completions);
    this.regs.aqa.write({ asqs: entries - 1, acqs: completions - 1 });
    this.regs.asq.write(this.#admin.submissions.iova);
    this.regs.acq.write(this.#admin.completions.iova);
    this.regs.cc.write({ iosqes: 6, iocqes: 4, mps, en: true });
    this.until("rdy", true);
    return this;
  }

  /** Waits for a bit of the status. */
  until(bit: "rdy" | "cfs", value: boolean): void {
    until(this.device.clock, () => this.regs.csts.read()[bit] === value, { timeoutMs: 1000, what: bit });
  }

  /** The status as it is. */
  get status(): ReadValue<typeof NVME.csts> {
    return this.regs.csts.read();
  }

  /** Makes a pair of I/O queues. */
  pair(
    id = 1,
    entries = 16,
    more: { readonly completions?: number; readonly vector?: number } = {},
  ): Pair {
    const { completions = entries, vector } = more;
    const pair = new Pair(this, id, entries, completions);
    const made = [
      this.admin.run({
        opcode: NVME_ADMIN.createCompletionQueue,
        prp1: pair.completions.iova,
        cdw10: queueSize(id, completions),
        cdw11: packFields(NVME_COMMANDS.createCompletionQueue.cdw11, {
          pc: true,
          ien: vector !== undefined,
          iv: vector ?? 0,
        }),
      }),
      this.admin.run({
        opcode: NVME_ADMIN.createSubmissionQueue,
        prp1: pair.submissions.iova,
        cdw10: queueSize(id, entries),
        cdw11: packFields(NVME_COMMANDS.createSubmissionQueue.cdw11, { cqid: id, pc: true }),
      }),
    ];
    if (made.some(({ status }) => status !== 0)) throw new Error(`cannot make queue ${id}`);
    return pair;
  }

  [Symbol.dispose](): void {
    this.device[Symbol.dispose]();
  }
}

/** The word that tells a queue's id and size. */
export function queueSize(qid: number, entries: number): number {
  return packFields(NVME_COMMANDS.createSubmissionQueue.cdw10, { qid, qsize: entries - 1 });
}

/** The name of how a command ended. */
export function statusOf({ status }: Completion): string {
  return nvmeStatusName(status) ?? `0x${status.toString(16)}`;
}
