/** `vfio faults`: what IOMMUs blocked, as the kernel's log tells. */
import { parseFault } from "../../iommu/mod.ts";
import type { LogLine } from "../../mod.ts";
import type { VfioCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { EXIT, Refusal } from "../errors.ts";
import { placeOfFault } from "../fault_place.ts";
import { nameOf } from "../names.ts";
import { faultDocument, faultLine } from "../remedies.ts";
import { dim } from "../text.ts";

/** How often the log is looked at, in milliseconds. */
const PERIOD_MS = 250;
/** Below the text of a line, behind its time. */
const INDENT = " ".repeat(15);

export const faults: VfioCommand = {
  name: "faults",
  summary: "Show what IOMMUs blocked, from the kernel's log",
  description:
    "The log is root's to read where kernel.dmesg_restrict is 1: dmesg | vfio explain - reads it elsewhere.",
  options: [{ flags: "-f, --follow", text: "go on with what comes, until Ctrl-C" }],
  examples: ["sudo vfio faults", "sudo vfio faults --follow --json"],
  async run(context, input) {
    let after = -1;
    let count = 0;
    const show = () => {
      for (const line of linesAfter(context, after)) {
        after = line.sequence;
        if (showFault(context, line)) count++;
      }
    };
    show();
    if (!input.flag("follow")) {
      context.say(dim(count === 0 ? "No faults in the kernel's log" : "What helps: vfio explain DMA-FAULT"));
      return;
    }
    const { signal } = context;
    while (!signal.aborted) {
      await context.io.pause(PERIOD_MS, signal);
      show();
    }
  },
};

function linesAfter({ host }: Context, after: number): readonly LogLine[] {
  const lines = host.kernelLog(after);
  if (lines !== undefined) return lines;
  throw new Refusal("Cannot read the kernel's log: this user may not", [
    { text: "Read it as root:", command: "sudo vfio faults" },
  ], EXIT.permission);
}

function showFault(context: Context, { seconds, text }: LogLine): boolean {
  const fault = parseFault(text);
  if (fault === undefined) return false;
  context.stream({ seconds, ...faultDocument(fault) }, () => {
    const device = context.host.find(fault.address);
    const name = device === undefined ? "" : `  ${nameOf(context, device)}`;
    const place = placeOfFault(context.host, fault);
    return [
      [dim(`[${seconds.toFixed(6).padStart(12)}] `), ...faultLine(fault), dim(name)],
      ...(place === undefined ? [] : [[INDENT, place]]),
    ];
  });
  return true;
}
