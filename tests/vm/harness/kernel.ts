import { cached, exists, fingerprint } from "./cache.ts";
import { cpio } from "./cpio.ts";
import { Missing } from "./missing.ts";
import { moduleEntries, MODULES } from "./modules.ts";
import { unpack } from "./apt.ts";
import { vmlinuxOf } from "./vmlinux.ts";

/** A kernel ready to boot. */
export interface Kernel {
  /** A vmlinux with a PVH entry, or a bzImage. */
  readonly image: string;
  /** A cpio archive of its modules; undefined when everything is built in. */
  readonly modules?: string;
}

/** Debian's kernels: the suite that has each, and what its packages are called there. */
const DEBIAN: ReadonlyMap<string, { readonly suite: string; readonly packages: readonly RegExp[] }> = new Map(
  [
    ["6.1", { suite: "bookworm", packages: [/^linux-image-6\.1\.[0-9.-]+-amd64$/] }],
    ["6.12", { suite: "bookworm-backports", packages: [/^linux-image-6\.12\.[0-9.]+\+deb12-amd64$/] }],
    ["7.2", {
      suite: "sid",
      packages: [/^linux-binary-7\.2\.[0-9.]+\+deb14-amd64$/, /^linux-modules-7\.2\.[0-9.]+\+deb14-amd64$/],
    }],
  ],
);

/** Names the kernel that tests boot unless they say otherwise: `VFIO_VM_KERNEL`, or Debian 12's own. */
export function defaultKernel(): string {
  return Deno.env.get("VFIO_VM_KERNEL") || "6.1";
}

/**
 * Finds a kernel, downloaded first if need be.
 *
 * @param name `6.1`, `6.12` or `7.2` for Debian's, else the path of an image with everything built in.
 * @throws {Missing} when there is no such image, or Debian's archive cannot be reached.
 */
export async function kernelFor(name: string): Promise<Kernel> {
  const debian = DEBIAN.get(name);
  if (debian === undefined) {
    if (exists(name)) return { image: await Deno.realPath(name) };
    throw new Missing(
      `no kernel ${name}: VFIO_VM_KERNEL takes ${[...DEBIAN.keys()].join(", ")} or the path of an image`,
    );
  }
  const directory = await cached(`kernel-${name}-${await fingerprint(MODULES.join(" "))}`, async (into) => {
    const unpacked = `${into}/unpacked`;
    await unpack(debian.suite, debian.packages, unpacked);
    await install(unpacked, into);
    await Deno.remove(unpacked, { recursive: true });
  });
  const vmlinux = `${directory}/vmlinux`;
  return {
    image: exists(vmlinux) ? vmlinux : `${directory}/bzImage`,
    modules: `${directory}/modules.cpio`,
  };
}

/** Makes what a boot needs out of an unpacked package. */
async function install(unpacked: string, into: string): Promise<void> {
  const root = [`${unpacked}/lib/modules`, `${unpacked}/usr/lib/modules`].find(exists);
  const release = root === undefined ? undefined : [...Deno.readDirSync(root)][0]?.name;
  if (root === undefined || release === undefined) throw new Error(`no modules in the package: ${unpacked}`);
  const image = [`${unpacked}/boot/vmlinuz-${release}`, `${root}/${release}/vmlinuz`].find(exists);
  if (image === undefined) throw new Error(`no kernel image in the package: ${unpacked}`);
  const bzImage = await Deno.readFile(image);
  const vmlinux = await vmlinuxOf(bzImage);
  if (vmlinux === undefined) await Deno.writeFile(`${into}/bzImage`, bzImage);
  else await Deno.writeFile(`${into}/vmlinux`, vmlinux);
  await Deno.writeFile(`${into}/modules.cpio`, cpio(await moduleEntries(`${root}/${release}`, release)));
}
