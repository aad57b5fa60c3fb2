/** Names the folder that keeps kernels and tools between runs. */
export function cacheDirectory(): string {
  const own = Deno.env.get("VFIO_VM_CACHE");
  if (own) return own;
  const home = Deno.env.get("XDG_CACHE_HOME") || `${Deno.env.get("HOME") ?? "/root"}/.cache`;
  return `${home}/vfio-vm`;
}

/**
 * Returns a folder of the cache, built first if it is not there yet.
 *
 * It is built under another name and renamed when complete, so an interrupted run leaves no half of it, and of
 * two runs that build it at once the first to finish wins.
 *
 * @param name What it holds, with everything in the name that makes it another thing.
 * @param build Fills the empty folder that it is given.
 * @returns The folder's path.
 */
export async function cached(name: string, build: (into: string) => Promise<void>): Promise<string> {
  const path = `${cacheDirectory()}/${name}`;
  if (exists(path)) return path;
  await Deno.mkdir(cacheDirectory(), { recursive: true });
  const temporary = await Deno.makeTempDir({ dir: cacheDirectory(), prefix: `.${name}-` });
  try {
    await build(temporary);
    await Deno.chmod(temporary, 0o755);
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary, { recursive: true }).catch(() => {});
    // Renaming fails too when another run was faster: then its result is as good.
    if (!exists(path)) throw error;
  }
  return path;
}

/** Tells whether there is anything at `path`. */
export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Hashes text to 8 digits: enough to tell one version of a list or script from the next. */
export async function fingerprint(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).slice(0, 4).toHex();
}
