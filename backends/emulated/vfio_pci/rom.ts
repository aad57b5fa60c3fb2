/** Expansion ROM images. */

const BLOCK = 512;

/**
 * Tells how many bytes of a ROM are its images; 0 when there is none that the kernel accepts.
 *
 * @param read8 Reads a byte of the ROM's BAR.
 * @see Linux, drivers/pci/rom.c, `pci_get_rom_size`
 */
export function romImageSize(size: number, read8: (offset: number) => number): number {
  const read16 = (at: number) => read8(at) | (read8(at + 1) << 8);
  let end = 0;
  for (let at = 0; at + 0x1a <= size;) {
    if (read16(at) !== 0xaa55) break;
    const data = at + read16(at + 0x18);
    if (data + 0x16 > size || String.fromCharCode(...[0, 1, 2, 3].map((i) => read8(data + i))) !== "PCIR") {
      break;
    }
    const length = read16(data + 0x10) * BLOCK;
    end = at + length;
    if ((read8(data + 0x15) & 0x80) !== 0 || length === 0) break;
    at = end;
  }
  return Math.min(end, size);
}
