/**
 * Layouts of what vendors and consortia put into the list of capabilities, each from its start.
 *
 * @see PCI Express Base Specification 6.0, sections 7.9.5 and 7.9.6
 */
import type { RegisterMap } from "../../core/registers.ts";

/** Vendor-Specific: the function's vendor says what the id means. */
export const EXTENDED_VENDOR_SPECIFIC = {
  header: {
    at: 0x04,
    width: 32,
    access: "ro",
    fields: { id: [15, 0], revision: [19, 16], length: [31, 20] },
  },
} as const satisfies RegisterMap;

/** Designated Vendor-Specific: the vendor that it names says what the id means. */
export const DESIGNATED = {
  header1: {
    at: 0x04,
    width: 32,
    access: "ro",
    fields: { vendorId: [15, 0], revision: [19, 16], length: [31, 20] },
  },
  header2: { at: 0x08, width: 16, access: "ro", fields: { id: [15, 0] } },
} as const satisfies RegisterMap;
