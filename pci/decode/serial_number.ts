/** Decoder of a serial number: 64 bits that people read as bytes. */
import type { RegisterMap } from "../../core/registers.ts";
import type { Scope } from "./scope.ts";

/**
 * Device Serial Number, from the capability's start.
 *
 * @see PCI Express Base Specification 6.0, section 7.9.3
 */
export const SERIAL_NUMBER = {
  lower: { at: 0x04, width: 32, access: "ro" },
  upper: { at: 0x08, width: 32, access: "ro" },
} as const satisfies RegisterMap;

/** Device Serial Number. */
export interface SerialNumberFields {
  /** An EUI-64, highest byte first: "00-1b-21-ff-ff-4a-3c-52". */
  readonly serialNumber?: string;
}

/** Reads Device Serial Number. */
export function decodeSerialNumber(scope: Scope): SerialNumberFields {
  const { lower, upper } = scope.read(SERIAL_NUMBER);
  if (lower === undefined || upper === undefined) return {};
  const digits = [upper, lower].map((half) => half.toString(16).padStart(8, "0")).join("");
  return { serialNumber: digits.replace(/..(?!$)/g, "$&-") };
}
