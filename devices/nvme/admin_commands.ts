/** AdminCommands: what the admin queue can ask for. */
import { SUCCESS } from "./command.ts";
import type { Command, Step } from "./command.ts";
import type { Controller } from "./controller.ts";
import { FormatCommand } from "./format.ts";
import { IdentifyCommand } from "./identify.ts";
import { LogPages } from "./log_pages.ts";
import { ABORTS } from "./limits.ts";
import { QueueCommands } from "./queue_commands.ts";
import { NVME_ADMIN, NVME_COMMANDS } from "./registers_commands.ts";
import { NVME_STATUS } from "./registers_status_data.ts";

/** How long it takes to find a command. */
const ABORT_NS = 1_000;
/** Bit 0 of the result of Abort. */
const NOT_ABORTED = 1;

/** The admin command set. */
export class AdminCommands {
  readonly #controller: Controller;
  readonly #commands: ReadonlyMap<number, (command: Command) => Step>;

  /** Serves a controller. */
  constructor(controller: Controller) {
    const queues = new QueueCommands(controller);
    const identify = new IdentifyCommand(controller);
    const logs = new LogPages(controller);
    const format = new FormatCommand(controller);
    const { features, events } = controller;
    this.#controller = controller;
    this.#commands = new Map<number, (command: Command) => Step>([
      [NVME_ADMIN.deleteSubmissionQueue, (command) => queues.deleteSubmissions(command)],
      [NVME_ADMIN.createSubmissionQueue, (command) => queues.createSubmissions(command)],
      [NVME_ADMIN.deleteCompletionQueue, (command) => queues.deleteCompletions(command)],
      [NVME_ADMIN.createCompletionQueue, (command) => queues.createCompletions(command)],
      [NVME_ADMIN.identify, (command) => identify.work(command)],
      [NVME_ADMIN.getLogPage, (command) => logs.work(command)],
      [NVME_ADMIN.abort, (command) => this.#abort(command)],
      [NVME_ADMIN.setFeatures, (command) => features.set(command)],
      [NVME_ADMIN.getFeatures, (command) => features.get(command)],
      [NVME_ADMIN.asyncEventRequest, (command) => events.request(command)],
      [NVME_ADMIN.formatNvm, (command) => format.work(command)],
    ]);
  }

  /** Works on a command. */
  work(command: Command): Step {
    const work = this.#commands.get(command.opcode);
    if (work === undefined) return { status: NVME_STATUS.invalidOpcode };
    if (command.flagged) return { status: NVME_STATUS.invalidField };
    return work(command);
  }

  #abort(command: Command): Step {
    const all = [...command.queue.running.values()].map((running) => running.command.opcode);
    const aborts = all.filter((opcode) => opcode === NVME_ADMIN.abort).length;
    if (aborts > ABORTS) return { status: NVME_STATUS.abortLimitExceeded, result: NOT_ABORTED };
    return { nanoseconds: ABORT_NS, committed: true, then: () => this.#abortNow(command) };
  }

  #abortNow(command: Command): Step {
    const { sqid, cid } = command.words(NVME_COMMANDS.abort).cdw10.read();
    const { engine, events } = this.#controller;
    const queue = engine.submissions.get(sqid);
    if (queue === undefined) return { status: NVME_STATUS.invalidField, result: NOT_ABORTED };
    const running = engine.find(queue, cid);
    if (running === undefined) return { ...SUCCESS, result: NOT_ABORTED };
    if (running.held) events.withdraw(running.command);
    engine.abort(running, NVME_STATUS.abortRequested);
    return SUCCESS;
  }
}
