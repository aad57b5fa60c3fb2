import $ from "dax";
import asUser from "./guest/as_user.sh" with { type: "text" };
import hmp from "./guest/hmp.sh" with { type: "text" };
import init from "./guest/init.sh" with { type: "text" };
import vfio from "./guest/vfio.sh" with { type: "text" };
import vfioBind from "./guest/vfio_bind.sh" with { type: "text" };
import vfioLs from "./guest/vfio_ls.sh" with { type: "text" };
import vfioUnbind from "./guest/vfio_unbind.sh" with { type: "text" };
import { cpio, type Entry, file, folder, link } from "./cpio.ts";
import { concat } from "./bytes.ts";
import { busybox } from "./tools.ts";

/** Where the folder of denoTools() is mounted. */
export const TOOLS_MOUNT = "/t";

const FOLDERS = "bin dev etc home home/user job lib lib64 proc root run src sys t usr usr/bin usr/lib".split(
  " ",
);

/** What one boot is to do, as files of its initramfs. */
export interface Job {
  /** Variables that the guest's init reads. */
  readonly conf: Readonly<Record<string, string>>;
  /** Variables that the script sees. */
  readonly env: Readonly<Record<string, string>>;
  /** A shell script. */
  readonly script: string;
}

/**
 * Builds the initramfs of one boot.
 *
 * @param modules The path of the kernel's cpio archive of modules, if it has any.
 */
export async function initrd(job: Job, modules: string | undefined): Promise<Uint8Array> {
  const world = cpio([...await baseEntries(), ...jobEntries(job)]);
  return modules === undefined ? world : concat([world, await Deno.readFile(modules)]);
}

/** The guest's userland: busybox, a door to the shared Deno, and the harness's own scripts. */
async function baseEntries(): Promise<Entry[]> {
  const program = await busybox();
  const applets = (await $`${program} --list`.lines()).filter((name) => name !== "" && name !== "busybox");
  return [
    ...FOLDERS.map((path) => folder(path)),
    folder("tmp", 0o1777),
    file("bin/busybox", await Deno.readFile(program), 0o755),
    ...applets.map((name) => link(`bin/${name}`, "busybox")),
    link("usr/bin/env", "/bin/busybox"),
    link("bin/deno", `${TOOLS_MOUNT}/bin/deno`),
    link("lib64/ld-linux-x86-64.so.2", `${TOOLS_MOUNT}/lib/ld-linux-x86-64.so.2`),
    link("lib/x86_64-linux-gnu", `${TOOLS_MOUNT}/lib`),
    link("usr/lib/x86_64-linux-gnu", `${TOOLS_MOUNT}/lib`),
    file("etc/passwd", "root::0:0:root:/root:/bin/sh\nuser::1000:1000:user:/home/user:/bin/sh\n"),
    file("etc/group", "root:x:0:\nuser:x:1000:\n"),
    file("etc/hosts", "127.0.0.1 localhost\n"),
    file("init", init, 0o755),
    file("bin/as-user", asUser, 0o755),
    file("bin/hmp", hmp, 0o755),
    file("bin/vfio", vfio, 0o755),
    file("bin/vfio-bind", vfioBind, 0o755),
    file("bin/vfio-ls", vfioLs, 0o755),
    file("bin/vfio-unbind", vfioUnbind, 0o755),
  ];
}

function jobEntries(job: Job): Entry[] {
  return [
    file("job/conf", assignments(job.conf, "")),
    file("job/env", assignments(job.env, "export ")),
    file("job/script", `${job.script}\n`, 0o755),
  ];
}

/** Writes variables as a shell reads them. */
function assignments(variables: Readonly<Record<string, string>>, keyword: string): string {
  return Object.entries(variables).map(([name, value]) =>
    `${keyword}${name}='${value.replaceAll("'", "'\\''")}'\n`
  ).join("");
}
