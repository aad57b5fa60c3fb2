/** Branches of the decoders that no dump can take, and why: `file: line` of the source, as it stands there. */

const IN_HEAD = "the register is in the first 4 bytes, and the walk gives out no capability that has fewer";
const BEHIND = "registers are cut off from behind: where the last is there, so are those in front of it";

/** The reasons. */
export const UNREACHED: ReadonlyMap<string, string> = new Map([
  [
    "pci/decode/cxl.ts: return size === undefined || base === undefined ? undefined : { ...rest, size, base };",
    BEHIND,
  ],
  [
    "pci/decode/enhanced_allocation.ts: for (let left = fields.entries?.count ?? 0; left > 0; left--) {",
    IN_HEAD,
  ],
  ["pci/decode/express.ts: if (capabilities === undefined) return fields;", IN_HEAD],
  ["pci/decode/hyper_transport.ts: if (command === undefined) return {};", IN_HEAD],
  ["pci/decode/interrupts.ts: if (control === undefined) return {};", IN_HEAD],
  [
    "pci/decode/quantities.ts: const watts = scale === 0 && value >= 0xf0 ? 250 + 25 * (value - 0xf0) : value * (SCALES[scale] ?? 1);",
    "the field has two bits, and each of its values a scale: the compiler does not know",
  ],
  [
    "pci/decode/resizable_bars.ts: const lower = capability === undefined ? [] : powersOf(capability.sizes, 0);",
    BEHIND,
  ],
]);
