/** What is written where, as lines that a shell understands: for `--dry-run`. */
import { driverSteps } from "../mod.ts";
import type { DeviceEntry, DriverStep, SettingsFile } from "../mod.ts";
import type { Json } from "./json.ts";
import { shellWord } from "./shell.ts";
import { cyan, dim } from "./text.ts";
import type { Line } from "./text.ts";

/** The driver that hands devices out. */
export const VFIO_PCI = "vfio-pci";

/** What gives a device to vfio-pci. */
export function takingSteps({ address, driver }: DeviceEntry): DriverStep[] {
  return driverSteps(address, driver, VFIO_PCI, true);
}

/** Steps as commands. */
export function stepLines(steps: readonly DriverStep[]): Line[] {
  return steps.map(({ path, text }): Line => ["  ", cyan(`echo ${shellWord(text.trim())} > ${path}`)]);
}

/** Steps as a part of a document. */
export function stepDocuments(steps: readonly DriverStep[]): Json {
  return steps.map(({ path, text }) => ({ path, text }));
}

/** A file with what stands in it. */
export function fileLines({ path, text }: SettingsFile): Line[] {
  return [
    ["  ", cyan(`cat > ${path}`)],
    ...text.trimEnd().split("\n").map((line): Line => ["    ", dim(line)]),
  ];
}
