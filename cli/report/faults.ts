/** What IOMMUs blocked, as far as the kernel's log still has it. */
import { parseFault } from "../../iommu/mod.ts";
import type { ReportFault } from "../../views/mod.ts";
import type { Context } from "../context.ts";

/** A device that goes wild fills the log: the last ones tell as much. */
const MOST = 50;

/** Reads them; undefined when this user may not. */
export function faultsIn({ host }: Context): readonly ReportFault[] | undefined {
  return host.kernelLog()?.flatMap(({ seconds, text }) => {
    const fault = parseFault(text);
    return fault === undefined ? [] : [{ seconds, ...fault }];
  }).slice(-MOST);
}
