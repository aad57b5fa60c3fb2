/** What /sys/class/iommu tells about an IOMMU: its registers, which its driver shows as numbers. */

/** What an IOMMU is, by the name that its driver gives it. */
export function iommuKind(name: string): string {
  if (name.startsWith("dmar")) return "Intel VT-d";
  if (name.startsWith("ivhd")) return "AMD-Vi";
  if (/smmu/.test(name)) return "Arm SMMU";
  return name.startsWith("virtio") ? "virtio-iommu" : "IOMMU";
}

/** Adjusted guest address widths that VT-d supports, by bits 8 to 12 of its capability register. */
const SAGAW: readonly (readonly [bigint, number])[] = [[11n, 57], [10n, 48], [9n, 39]];
/** Levels of host address translation, by bits 10 and 11 of AMD-Vi's extended features: 4, 5 or 6. */
const HATS: readonly number[] = [48, 57, 64];

/**
 * Tells how many bits of an IOVA an IOMMU translates; undefined: its driver does not tell.
 *
 * @param read Gives the text of a file of it, "intel-iommu/cap".
 * @see Intel Virtualization Technology for Directed I/O, 11.4.2; AMD I/O Virtualization Technology, 3.4.12
 */
export function addressWidthOf(read: (file: string) => string | undefined): number | undefined {
  const cap = numberOf(read("intel-iommu/cap"));
  if (cap !== undefined) {
    const widest = SAGAW.find(([bit]) => (cap >> bit & 1n) === 1n)?.[1] ?? 64;
    return Math.min(widest, Number(cap >> 16n & 0x3fn) + 1);
  }
  const features = numberOf(read("amd-iommu/features"));
  return features === undefined ? undefined : HATS[Number(features >> 10n & 3n)];
}

/** Both are hexadecimal, without a mark. Newer kernels show two registers of AMD-Vi, the first before a colon. */
function numberOf(text: string | undefined): bigint | undefined {
  const [, digits] = /^([\da-f]{1,16})\b/i.exec(text?.trim() ?? "") ?? [];
  return digits === undefined ? undefined : BigInt(`0x${digits}`);
}
