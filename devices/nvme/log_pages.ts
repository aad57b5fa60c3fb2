/** LogPages: errors, health, firmware. */
import { ByteMemory } from "../../core/byte_memory.ts";
import { registers } from "../../core/registers.ts";
import type { Command, Step } from "./command.ts";
import type { Controller } from "./controller.ts";
import { FIRMWARE, writeText } from "./controller_page.ts";
import { NAMESPACE_IDS, TEMPERATURE } from "./limits.ts";
import type { Namespace } from "./namespace.ts";
import { NVME_ALL_NAMESPACES, NVME_COMMANDS } from "./registers_commands.ts";
import { NVME_EVENT_TYPE } from "./registers_entries.ts";
import {
  NVME_FIRMWARE_LOG,
  NVME_FIRMWARE_SIZE,
  NVME_HEALTH_LOG,
  NVME_HEALTH_SIZE,
  NVME_LOG,
} from "./registers_logs.ts";
import { NVME_STATUS } from "./registers_status_data.ts";

const NS_PER_HOUR = 3.6e12;
/** Thousands of 512 bytes. */
const DATA_UNIT = 512_000;

/** Get Log Page. @see NVM Express Base Specification 1.4, section 5.14 */
export class LogPages {
  readonly #controller: Controller;

  /** Serves a controller. */
  constructor(controller: Controller) {
    this.#controller = controller;
  }

  /** Works on a command. */
  work(command: Command): Step {
    const { cdw10, cdw11, offset: place } = command.words(NVME_COMMANDS.getLogPage);
    const { lid, rae, numdl } = cdw10.read();
    const length = (cdw11.read().numdu * 0x1_0000 + numdl + 1) * 4;
    const offset = place.read();
    const page = this.#page(lid, command.nsid);
    if (typeof page === "number") return { status: page };
    const tooLong = length > 4096 << this.#controller.settings.mdts;
    if (tooLong || offset % 4n !== 0n || offset >= BigInt(page.length)) {
      return { status: NVME_STATUS.invalidField };
    }
    const start = Number(offset);
    const status = this.#controller.data.deliver(command, page.subarray(start, start + length));
    if (status === NVME_STATUS.success && !rae) this.#clearEvents(lid);
    return { status };
  }

  #page(lid: number, nsid: number): Uint8Array | number {
    switch (lid) {
      case NVME_LOG.error:
        return this.#controller.errors.page();
      case NVME_LOG.health:
        return this.#healthPage(nsid);
      case NVME_LOG.firmware:
        return firmwarePage();
      default:
        return NVME_STATUS.invalidLogPage;
    }
  }

  #clearEvents(lid: number): void {
    if (lid === NVME_LOG.error) this.#controller.events.clear(NVME_EVENT_TYPE.error);
    if (lid === NVME_LOG.health) this.#controller.events.clear(NVME_EVENT_TYPE.health);
  }

  #healthPage(nsid: number): Uint8Array | number {
    const { namespaces, features, errors, bus } = this.#controller;
    const one = namespaces.get(nsid);
    const all = nsid === 0 || nsid === NVME_ALL_NAMESPACES;
    if (one === undefined && !all) {
      return nsid > NAMESPACE_IDS ? NVME_STATUS.invalidNamespaceOrFormat : NVME_STATUS.invalidField;
    }
    const page = new Uint8Array(NVME_HEALTH_SIZE);
    const fields = registers(new ByteMemory(page), NVME_HEALTH_LOG);
    const { temperatureWarning } = features;
    fields.state.write({ spare: 100, temperature: TEMPERATURE, temperatureWarning });
    fields.spareThreshold.write(10);
    const counted = one === undefined ? [...namespaces.values()] : [one];
    fields.dataUnitsRead.write(units(counted, "bytesRead"));
    fields.dataUnitsWritten.write(units(counted, "bytesWritten"));
    fields.hostReads.write(BigInt(sum(counted, "reads")));
    fields.hostWrites.write(BigInt(sum(counted, "writes")));
    fields.powerCycles.write(1n);
    fields.powerOnHours.write(BigInt(Math.floor(bus.now() / NS_PER_HOUR)));
    fields.errorCount.write(BigInt(errors.count));
    return page;
  }
}

function sum(namespaces: readonly Namespace[], counter: keyof Namespace["use"]): number {
  return namespaces.reduce((all, { use }) => all + use[counter], 0);
}

function units(namespaces: readonly Namespace[], counter: "bytesRead" | "bytesWritten"): bigint {
  return BigInt(Math.ceil(sum(namespaces, counter) / DATA_UNIT));
}

function firmwarePage(): Uint8Array {
  const page = new Uint8Array(NVME_FIRMWARE_SIZE);
  registers(new ByteMemory(page), NVME_FIRMWARE_LOG).afi.write({ active: 1 });
  writeText(page, { at: 8, size: 8 }, FIRMWARE, " ");
  return page;
}
