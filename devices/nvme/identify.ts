/** IdentifyCommand: what the controller tells of itself and of its namespaces. */
import { ByteMemory } from "../../core/byte_memory.ts";
import { registers } from "../../core/registers.ts";
import type { Command, Step } from "./command.ts";
import type { Controller } from "./controller.ts";
import { controllerPage } from "./controller_page.ts";
import { NAMESPACE_IDS } from "./limits.ts";
import { BLOCK_SHIFTS } from "./namespace.ts";
import type { Namespace } from "./namespace.ts";
import { NVME_ALL_NAMESPACES, NVME_CNS, NVME_COMMANDS } from "./registers_commands.ts";
import {
  NVME_BLOCK_FORMAT,
  NVME_DESCRIPTOR,
  NVME_EUI64,
  NVME_IDENTIFY_SIZE,
  NVME_NAMESPACE,
} from "./registers_identify.ts";
import { NVME_STATUS } from "./registers_status_data.ts";

/** QEMU's range of made-up identifiers. */
const EUI64 = 0x5254_0000_0000_0000n;
const EUI64_DESCRIPTOR = 1;
/** Deallocated blocks read as zeros. */
const READS_ZEROS = 1;

/** Identify. @see NVM Express Base Specification 1.4, section 5.15 */
export class IdentifyCommand {
  readonly #controller: Controller;

  /** Serves a controller. */
  constructor(controller: Controller) {
    this.#controller = controller;
  }

  /** Works on a command. */
  work(command: Command): Step {
    const { cns } = command.words(NVME_COMMANDS.identify).cdw10.read();
    const page = this.#page(cns, command.nsid);
    if (typeof page === "number") return { status: page };
    this.#controller.hooks.identified(page, cns);
    return { status: this.#controller.data.deliver(command, page) };
  }

  #page(cns: number, nsid: number): Uint8Array | number {
    const { namespaces } = this.#controller;
    switch (cns) {
      case NVME_CNS.controller:
        return controllerPage(this.#controller.settings);
      case NVME_CNS.activeNamespaces:
        if (nsid >= NVME_ALL_NAMESPACES - 1) return NVME_STATUS.invalidNamespaceOrFormat;
        return listPage([...namespaces.keys()].filter((id) => id > nsid));
      case NVME_CNS.namespace:
      case NVME_CNS.namespaceDescriptors: {
        if (nsid === 0 || nsid > NAMESPACE_IDS) return NVME_STATUS.invalidNamespaceOrFormat;
        const namespace = namespaces.get(nsid);
        if (cns === NVME_CNS.namespace) return namespacePage(namespace);
        return namespace === undefined ? NVME_STATUS.invalidField : descriptorPage(namespace);
      }
      default:
        return NVME_STATUS.invalidField;
    }
  }
}

function listPage(ids: readonly number[]): Uint8Array {
  const page = new Uint8Array(NVME_IDENTIFY_SIZE);
  const view = new DataView(page.buffer);
  for (const [i, id] of ids.entries()) view.setUint32(4 * i, id, true);
  return page;
}

function namespacePage(namespace: Namespace | undefined): Uint8Array {
  const page = new Uint8Array(NVME_IDENTIFY_SIZE);
  if (namespace === undefined) return page;
  const memory = new ByteMemory(page);
  const fields = registers(memory, NVME_NAMESPACE);
  const blocks = BigInt(namespace.blocks);
  fields.nsze.write(blocks);
  fields.ncap.write(blocks);
  fields.nuse.write(blocks);
  fields.nlbaf.write(BLOCK_SHIFTS.length - 1);
  fields.flbas.write({ format: namespace.format });
  fields.dlfeat.write({ read: READS_ZEROS });
  for (const [i, lbads] of BLOCK_SHIFTS.entries()) {
    registers(memory, NVME_BLOCK_FORMAT, 4 * i).format.write({ lbads });
  }
  page.set(eui64(namespace), NVME_EUI64.at);
  return page;
}

function descriptorPage(namespace: Namespace): Uint8Array {
  const page = new Uint8Array(NVME_IDENTIFY_SIZE);
  const head = registers(new ByteMemory(page), NVME_DESCRIPTOR);
  head.nidt.write(EUI64_DESCRIPTOR);
  head.nidl.write(NVME_EUI64.size);
  page.set(eui64(namespace), 4);
  return page;
}

/** A worldwide unique name, the highest byte first. */
function eui64({ nsid }: Namespace): Uint8Array {
  const bytes = new Uint8Array(NVME_EUI64.size);
  new DataView(bytes.buffer).setBigUint64(0, EUI64 + BigInt(nsid));
  return bytes;
}
