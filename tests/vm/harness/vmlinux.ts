import $ from "dax";
import { indexOf } from "./bytes.ts";

/** The compressions a bzImage may use: how its payload begins, what unpacks it. */
const COMPRESSIONS: readonly (readonly [string, readonly number[]])[] = [
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["gzip", [0x1f, 0x8b, 0x08]],
  ["lz4", [0x02, 0x21, 0x4c, 0x18]],
];

const ELF = [0x7f, 0x45, 0x4c, 0x46];

/** Anything smaller that looks like an ELF file is not the kernel (the vDSO is one as well). */
const SMALLEST_KERNEL = 4 << 20;

/**
 * Takes the uncompressed kernel out of a bzImage, for QEMU to boot it by PVH: that saves the 2.5 s it takes an
 * emulated processor to unpack it.
 *
 * @returns The ELF file, or undefined when there is none that QEMU could enter: then the bzImage has to do.
 * @see Linux scripts/extract-vmlinux, arch/x86/platform/pvh/head.S
 */
export async function vmlinuxOf(bzImage: Uint8Array): Promise<Uint8Array | undefined> {
  for (const [tool, magic] of COMPRESSIONS) {
    if (!await $.commandExists(tool)) continue;
    for (let at = indexOf(bzImage, magic, 1); at > 0; at = indexOf(bzImage, magic, at + 1)) {
      // What follows the payload makes the tool complain, after it has put out all of the kernel.
      const unpacked = await $`${tool} -dcq`.stdin(bzImage.subarray(at)).noThrow().quiet();
      const elf = unpacked.stdoutBytes;
      if (elf.length > SMALLEST_KERNEL && indexOf(elf, ELF) === 0) return hasPvhEntry(elf) ? elf : undefined;
    }
  }
  return undefined;
}

/** Looks for the note XEN_ELFNOTE_PHYS32_ENTRY (18), owner "Xen", with a 4- or 8-byte address. */
function hasPvhEntry(elf: Uint8Array): boolean {
  return [4, 8].some((size) =>
    indexOf(elf, [4, 0, 0, 0, size, 0, 0, 0, 18, 0, 0, 0, 0x58, 0x65, 0x6e, 0]) >= 0
  );
}
