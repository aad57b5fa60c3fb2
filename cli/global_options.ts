/** What all commands share: options, and what help and the manual say of them all. */
import type { OptionSpec } from "./command.ts";

/** What the program is for. */
export const PROGRAM_HELP =
  "Looks at PCI devices and IOMMU groups, gives devices to vfio-pci, and tries them out.";

/** What its statuses mean. */
export const STATUS_HELP =
  "Status: 0 done, 1 failed, 2 wrong usage, 3 problems found, 4 no permission, 5 no such device";

/** Options of every command. */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  { flags: "--json", text: "print JSON: one document, or a line for each thing of a stream" },
  { flags: "--emulated <machine>", text: "use an emulated machine: edu,nvme" },
  { flags: "-q, --quiet", text: "print the data and errors, nothing else" },
  { flags: "-v, --verbose", text: "print more" },
  { flags: "--color", text: "use colours even where they would be off" },
  { flags: "--no-color", text: "use no colours; the environment's NO_COLOR says the same" },
];

/** What a command that changes something has. */
export const DRY_RUN: OptionSpec = { flags: "--dry-run", text: "say what would be done, and do nothing" };
