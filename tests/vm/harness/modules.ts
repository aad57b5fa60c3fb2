import $ from "dax";
import { type Entry, file, folder } from "./cpio.ts";

/** What a guest may load; what these depend on comes along. */
export const MODULES: readonly string[] = [
  // What the guest's own world needs
  ..."virtio_pci virtio_console 9pnet_virtio 9p virtio_iommu".split(" "),
  // What is under test
  ..."vfio vfio_iommu_type1 vfio_pci vfio_virqfd uio_pci_generic pci_stub".split(" "),
  // The drivers that devices are taken from and given back to
  ..."nvme e1000e igb igbvf xhci_pci virtio_rng virtio_blk".split(" "),
  // A file system, so that a disk is in use
  ..."ext4 crc32c_generic".split(" "),
];

/**
 * Picks the wanted modules out of a kernel package, with their dependencies, for modprobe to find in an initramfs.
 *
 * @param root The package's folder of modules, `lib/modules/<release>`.
 * @param release What `uname -r` says of this kernel.
 */
export async function moduleEntries(root: string, release: string): Promise<Entry[]> {
  const files = new Map<string, string>();
  for (const path of walk(`${root}/kernel`)) {
    const name = /([^/]+)\.ko(\.\w+)?$/.exec(path)?.[1];
    if (name !== undefined) files.set(plain(name), path);
  }
  const content = new Map<string, Uint8Array>();
  const needs = new Map<string, string[]>();
  const pending = MODULES.map(plain);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const path = files.get(name);
    if (path === undefined || content.has(name)) continue;
    const bytes = await read(path);
    content.set(name, bytes);
    needs.set(name, dependsOn(bytes));
    pending.push(...dependsOn(bytes));
  }
  const base = `lib/modules/${release}`;
  const lines = [...content.keys()].map((name) => {
    const before = closure(name, needs).filter((other) => content.has(other));
    return `${name}.ko: ${before.map((other) => `${other}.ko`).join(" ")}`.trimEnd();
  });
  return [
    ...["lib", "lib/modules", base].map((path) => folder(path)),
    ...[...content].map(([name, bytes]) => file(`${base}/${name}.ko`, bytes)),
    file(`${base}/modules.dep`, `${lines.join("\n")}\n`),
    file(`${base}/modules.builtin`, ""),
    file(`${base}/modules.alias`, ""),
  ];
}

/** Modules are named with either sign; the kernel itself uses the low line. */
function plain(name: string): string {
  return name.replaceAll("-", "_");
}

function* walk(directory: string): Generator<string> {
  for (const entry of Deno.readDirSync(directory)) {
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory) yield* walk(path);
    else yield path;
  }
}

async function read(path: string): Promise<Uint8Array> {
  if (path.endsWith(".xz")) return await $`xz -dc ${path}`.bytes();
  if (path.endsWith(".zst")) return await $`zstd -dcq ${path}`.bytes();
  return await Deno.readFile(path);
}

/** Reads the `depends=` string of a module's .modinfo section. */
function dependsOn(module: Uint8Array): string[] {
  const found = new TextDecoder("latin1").decode(module).match(/\0depends=([^\0]*)\0/);
  return (found?.[1] ?? "").split(",").filter((name) => name !== "").map(plain);
}

/** Lists all that `name` needs, what others need last, as modules.dep has it. */
function closure(name: string, needs: ReadonlyMap<string, readonly string[]>): string[] {
  const order: string[] = [];
  function visit(current: string): void {
    for (const need of needs.get(current) ?? []) {
      if (order.includes(need)) continue;
      visit(need);
      order.push(need);
    }
  }
  visit(name);
  return order.reverse();
}
