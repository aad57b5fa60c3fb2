import $ from "dax";
import { unpack } from "./apt.ts";
import { cached } from "./cache.ts";

/** A QEMU that a guest may be run by; `10.0` has what Debian 12's own lacks, as igb with its virtual functions. */
export type QemuVersion = "installed" | "10.0";

const PROGRAM = "qemu-system-x86_64";

/**
 * Finds a QEMU: the program, and the arguments that tell it where its firmware is.
 *
 * Version 10.0 comes from Debian 12's backports, unpacked beside the installed one, whose libraries and network boot
 * ROMs it shares; where a QEMU as new is installed, that is taken.
 *
 * @throws {Missing} when Debian's archive cannot be reached.
 */
export async function emulator(version: QemuVersion): Promise<readonly string[]> {
  if (version === "installed" || await installedMajor() >= 10) return [PROGRAM];
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

/** Reads the major version of the installed QEMU. */
async function installedMajor(): Promise<number> {
  const [, major] = /version (\d+)\./.exec(await $`${PROGRAM} --version`.text()) ?? [];
  return Number(major);
}
