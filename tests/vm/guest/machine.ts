/** The guest's devices, by the names that the harness gives them, and what this process holds of them. */
import { listFolder, readLink } from "../../../os/files.ts";
import { hasCode } from "../../../os/system_error.ts";

/** The address of a device: "EDU", "NVME_2". */
export function named(name: string): string {
  const address = Deno.env.get(`VFIO_${name}`);
  if (address === undefined) throw new Error(`The guest has no ${name}`);
  return address;
}

/**
 * The descriptors of VFIO that a process holds: a Worker has others of its own for as long as it lives.
 *
 * @param process Its number. @default this one
 */
export function vfioDescriptors(process: number | "self" = "self"): string[] {
  return listFolder(`/proc/${process}/fd`).flatMap((fd) => {
    try {
      const target = readLink(`/proc/${process}/fd/${fd}`);
      return target.includes("vfio") ? [target] : [];
    } catch (error) {
      // It was the listing's own.
      if (hasCode(error, "ENOENT")) return [];
      throw error;
    }
  });
}
