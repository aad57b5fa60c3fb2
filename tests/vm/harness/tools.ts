import $ from "dax";
import { cached, fingerprint } from "./cache.ts";
import { CHECKOUT } from "./checkout.ts";
import { unpack } from "./apt.ts";

/**
 * Returns a folder with the running Deno, the libraries it needs and the npm packages of deno.lock, to be shared
 * with guests: 100 MB that would take seconds to unpack from an initramfs.
 */
export async function denoTools(): Promise<string> {
  const deno = Deno.execPath();
  const { size, mtime } = await Deno.stat(deno);
  const packages = await fingerprint(await Deno.readTextFile(`${CHECKOUT}/deno.lock`));
  const name = `deno-${Deno.version.deno}-${size}-${mtime?.getTime() ?? 0}-${packages}`;
  return await cached(name, async (into) => {
    await Deno.mkdir(`${into}/bin`);
    await Deno.mkdir(`${into}/lib`);
    await Deno.copyFile(deno, `${into}/bin/deno`);
    await Deno.chmod(`${into}/bin/deno`, 0o755);
    for (const [name, path] of await librariesOf(deno)) await Deno.copyFile(path, `${into}/lib/${name}`);
    await $`${deno} cache --no-check cli/vfio.ts`.cwd(CHECKOUT).env("DENO_DIR", `${into}/deno`).quiet();
    await Deno.rename(`${into}/deno/npm`, `${into}/npm`);
    await Deno.remove(`${into}/deno`, { recursive: true });
  });
}

/** Lists the shared libraries that a program loads, the loader included: name and path. */
async function librariesOf(program: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const line of await $`ldd ${program}`.lines()) {
    const path = /=> (\/\S+)/.exec(line)?.[1] ?? /^\s*(\/\S+)/.exec(line)?.[1];
    if (path !== undefined) found.set(path.slice(path.lastIndexOf("/") + 1), path);
  }
  return found;
}

/** Returns the path of a statically linked busybox, the guest's userland. */
export async function busybox(): Promise<string> {
  const directory = await cached("busybox-static", async (into) => {
    await unpack("bookworm", [/^busybox-static$/], `${into}/unpacked`);
    await Deno.rename(await Deno.realPath(`${into}/unpacked/bin/busybox`), `${into}/busybox`);
    await Deno.remove(`${into}/unpacked`, { recursive: true });
  });
  return `${directory}/busybox`;
}
