import { exists } from "./cache.ts";

const PREFIX = "vfio-vm-run-";

/**
 * Makes a folder for the caller to remove. It stands in /tmp, for the path of a unix socket has 107 characters at
 * most.
 *
 * It also removes the folders of processes that were killed before they could do so.
 */
export async function makeScratch(): Promise<string> {
  for (const { name } of Deno.readDirSync("/tmp")) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length)) : NaN;
    if (Number.isNaN(pid) || exists(`/proc/${pid}`)) continue;
    // Another run may be sweeping too, or the folder may be another user's.
    await Deno.remove(`/tmp/${name}`, { recursive: true }).catch(() => {});
  }
  return await Deno.makeTempDir({ dir: "/tmp", prefix: `${PREFIX}${Deno.pid}-` });
}
