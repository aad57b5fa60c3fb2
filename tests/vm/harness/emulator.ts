import $ from "dax";
import { unpack, unpackWhole } from "./apt.ts";
import { cached } from "./cache.ts";

/**
 * A QEMU that a guest may be run by. `10.0` has what Debian 12's own lacks, as igb with its virtual functions; `11.1` is
 * the first whose AMD-Vi tells the kernel what it blocked.
 */
export type QemuVersion = "installed" | "10.0" | "11.1";

const PROGRAM = "qemu-system-x86_64";

/**
 * Finds a QEMU: the program, and the arguments that tell it where its firmware is.
 *
 * Version 10.0 comes from Debian 12's backports, unpacked beside the installed one, whose libraries and network boot
 * ROMs it shares; version 11.1 from Debian 13's, with all libraries that it needs. Where a QEMU as new is installed,
 * that is taken.
 *
 * @throws {Missing} when Debian's archive cannot be reached.
 */
export async function emulator(version: QemuVersion): Promise<readonly string[]> {
  if (version === "installed" || await installedMajor() >= parseInt(version)) return [PROGRAM];
  return await (version === "10.0" ? fromDebian12() : fromDebian13());
}

async function fromDebian12(): Promise<readonly string[]> {
  const directory = await cached("qemu-10.0", async (into) => {
    await unpack("bookworm-backports", [/^qemu-system-x86$/, /^qemu-system-data$/, /^seabios$/], into);
  });
  const folders = [
    `${directory}/usr/share/qemu`,
    `${directory}/usr/share/seabios`,
    "/usr/lib/ipxe/qemu",
  ];
  return [`${directory}/usr/bin/${PROGRAM}`, ...folders.flatMap((folder) => ["-L", folder])];
}

/** Its C library is newer than the installed one, so it is started by the loader that belongs to it. */
async function fromDebian13(): Promise<readonly string[]> {
  const directory = await cached("qemu-11.1", async (into) => {
    await unpackWhole(["trixie-backports", "trixie"], "qemu-system-x86", into);
  });
  const usr = `${directory}/usr`;
  return [
    ...[`${usr}/lib64/ld-linux-x86-64.so.2`, "--library-path", `${usr}/lib/x86_64-linux-gnu`],
    ...[`${usr}/bin/${PROGRAM}`, "-L", `${usr}/share/qemu`, "-L", `${usr}/share/seabios`],
    ...["-L", `${usr}/lib/ipxe/qemu`],
  ];
}

/** Reads the major version of the installed QEMU. */
async function installedMajor(): Promise<number> {
  const [, major] = /version (\d+)\./.exec(await $`${PROGRAM} --version`.text()) ?? [];
  return Number(major);
}
