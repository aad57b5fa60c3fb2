/** FormatCommand: formats namespaces anew. */
import { SUCCESS } from "./command.ts";
import type { Command, Step } from "./command.ts";
import type { Controller } from "./controller.ts";
import { NAMESPACE_IDS } from "./limits.ts";
import { BLOCK_SHIFTS } from "./namespace.ts";
import type { Namespace } from "./namespace.ts";
import { NVME_ALL_NAMESPACES, NVME_COMMANDS } from "./registers_commands.ts";
import { NVME_STATUS } from "./registers_status_data.ts";

const FORMAT_NS = 20_000_000;
/** User data are erased; so they are without being asked. */
const ERASE = 1;

/** Format NVM. While it goes on the namespace cannot be read or written. @see NVM Express Base Specification 1.4, section 5.23 */
export class FormatCommand {
  readonly #controller: Controller;

  /** Serves a controller. */
  constructor(controller: Controller) {
    this.#controller = controller;
  }

  /** Works on a command. */
  work(command: Command): Step {
    const { lbaf, pi, ses } = command.words(NVME_COMMANDS.formatNvm).cdw10.read();
    const chosen = this.#chosen(command.nsid);
    if (typeof chosen === "number") return { status: chosen };
    if (lbaf >= BLOCK_SHIFTS.length || pi !== 0) return { status: NVME_STATUS.invalidFormat };
    if (ses > ERASE) return { status: NVME_STATUS.invalidField };
    if (chosen.some(({ formatting }) => formatting)) return { status: NVME_STATUS.formatInProgress };
    for (const namespace of chosen) namespace.formatting = true;
    return {
      nanoseconds: FORMAT_NS,
      committed: true,
      then: () => {
        for (const namespace of chosen) {
          namespace.reformat(lbaf);
          namespace.formatting = false;
        }
        return SUCCESS;
      },
    };
  }

  #chosen(nsid: number): readonly Namespace[] | number {
    const { namespaces } = this.#controller;
    if (nsid === NVME_ALL_NAMESPACES) return [...namespaces.values()];
    if (nsid === 0 || nsid > NAMESPACE_IDS) return NVME_STATUS.invalidNamespaceOrFormat;
    const namespace = namespaces.get(nsid);
    return namespace === undefined ? NVME_STATUS.invalidField : [namespace];
  }
}
