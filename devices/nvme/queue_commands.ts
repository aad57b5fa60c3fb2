/** QueueCommands: makes and deletes I/O queues. */
import { SUCCESS } from "./command.ts";
import type { Command, Step } from "./command.ts";
import type { Controller } from "./controller.ts";
import { COMMAND_SHIFT, COMPLETION_SHIFT } from "./limits.ts";
import { CompletionQueue, SubmissionQueue } from "./queues.ts";
import { NVME_COMMANDS } from "./registers_commands.ts";
import { NVME_STATUS } from "./registers_status_data.ts";

/** What both kinds of queues are made of. */
interface Wish {
  readonly qid: number;
  readonly qsize: number;
  readonly pc: boolean;
}

/** Create and Delete I/O Queue. @see NVM Express Base Specification 1.4, sections 5.3 to 5.6 */
export class QueueCommands {
  readonly #controller: Controller;

  /** Serves a controller. */
  constructor(controller: Controller) {
    this.#controller = controller;
  }

  /** Makes a completion queue. */
  createCompletions(command: Command): Step {
    const { completions } = this.#controller.engine;
    const { cdw10, cdw11 } = command.words(NVME_COMMANDS.createCompletionQueue);
    const { qid, qsize } = cdw10.read();
    const { iv, ien, pc } = cdw11.read();
    if (completions.has(qid) || !this.#inRange(qid)) return { status: NVME_STATUS.invalidQueueId };
    const status = this.#fault(command, { qid, qsize, pc });
    if (status !== undefined) return { status };
    const vectors = this.#controller.interrupts.many ? this.#controller.settings.vectors : 1;
    if (iv >= vectors) return { status: NVME_STATUS.invalidInterruptVector };
    const ring = { id: qid, address: command.prp1, size: qsize + 1 };
    completions.set(qid, new CompletionQueue(ring, { on: ien, vector: iv }));
    this.#controller.features.queuesCreated();
    return SUCCESS;
  }

  /** Makes a submission queue. */
  createSubmissions(command: Command): Step {
    const { completions, submissions } = this.#controller.engine;
    const { cdw10, cdw11 } = command.words(NVME_COMMANDS.createSubmissionQueue);
    const { qid, qsize } = cdw10.read();
    const { cqid, pc } = cdw11.read();
    if (!this.#inRange(cqid)) return { status: NVME_STATUS.invalidQueueId };
    const queue = completions.get(cqid);
    if (queue === undefined) return { status: NVME_STATUS.invalidCompletionQueue };
    if (submissions.has(qid) || !this.#inRange(qid)) return { status: NVME_STATUS.invalidQueueId };
    const status = this.#fault(command, { qid, qsize, pc });
    if (status !== undefined) return { status };
    submissions.set(
      qid,
      new SubmissionQueue({ id: qid, address: command.prp1, size: qsize + 1 }, queue),
    );
    return SUCCESS;
  }

  /** Deletes a completion queue, once no submission queue uses it. */
  deleteCompletions(command: Command): Step {
    const { completions, submissions } = this.#controller.engine;
    const { qid } = command.words(NVME_COMMANDS.deleteQueue).cdw10.read();
    const queue = completions.get(qid);
    if (qid === 0 || queue === undefined) return { status: NVME_STATUS.invalidQueueId };
    for (const user of submissions.values()) {
      if (user.completions === queue) return { status: NVME_STATUS.invalidQueueDeletion };
    }
    completions.delete(qid);
    return SUCCESS;
  }

  /** Deletes a submission queue, with what is under way there. */
  deleteSubmissions(command: Command): Step {
    const { engine } = this.#controller;
    const { qid } = command.words(NVME_COMMANDS.deleteQueue).cdw10.read();
    const queue = engine.submissions.get(qid);
    if (qid === 0 || queue === undefined) return { status: NVME_STATUS.invalidQueueId };
    engine.delete(queue);
    return SUCCESS;
  }

  #inRange(qid: number): boolean {
    return qid >= 1 && qid <= this.#controller.settings.queues;
  }

  #fault({ prp1 }: Command, { qsize, pc }: Wish): number | undefined {
    const { settings, life, data } = this.#controller;
    const { iosqes, iocqes } = life.configuration;
    const sized = iosqes === COMMAND_SHIFT && iocqes === COMPLETION_SHIFT;
    if (!sized || qsize === 0 || qsize >= settings.entries) return NVME_STATUS.invalidQueueSize;
    if (prp1 % BigInt(data.pageSize) !== 0n) return NVME_STATUS.invalidPrpOffset;
    return pc ? undefined : NVME_STATUS.invalidField;
  }
}
