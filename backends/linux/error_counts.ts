/** Errors of PCI Express, as the kernel's AER driver counts them. */
import type { ErrorCounts } from "../../core/host_details.ts";
import { readText } from "../../os/files.ts";
import { devicePath, ifThere } from "./sysfs.ts";

/** Tells how many errors a device had; undefined: nobody counts them. */
export function errorCountsOf(address: string): ErrorCounts | undefined {
  const read = (kind: string) => ifThere(() => readText(`${devicePath(address)}/aer_dev_${kind}`));
  const [correctable, nonfatal, fatal] = ["correctable", "nonfatal", "fatal"].map(read);
  if (correctable === undefined) return undefined;
  return {
    correctable: totalOf(correctable),
    nonfatal: totalOf(nonfatal ?? ""),
    fatal: totalOf(fatal ?? ""),
  };
}

/**
 * Reads the total of lines of "NAME COUNT".
 *
 * @see Linux, Documentation/ABI/testing/sysfs-bus-pci-devices-aer
 */
export function totalOf(text: string): number {
  return Number(/^TOTAL_ERR_\w+ (\d+)$/m.exec(text)?.[1] ?? 0);
}
