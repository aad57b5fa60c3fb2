/** Decoders of what vendors and consortia define: a header with a length, and what is known behind it. */
import { decodeCxl } from "./cxl.ts";
import type { CxlFields } from "./cxl.ts";
import { CXL_VENDOR_ID } from "./cxl_data.ts";
import { DESIGNATED, EXTENDED_VENDOR_SPECIFIC } from "./designated_data.ts";
import type { Fields } from "./fields.ts";
import type { Scope } from "./scope.ts";

/** Vendor-Specific, from 0x100 on. */
export type ExtendedVendorSpecificFields = Fields<typeof EXTENDED_VENDOR_SPECIFIC>;

const VENDOR_SPECIFIC_HEADER = 8;
const DESIGNATED_HEADER = 10;

/** Reads Vendor-Specific, from 0x100 on. */
export function decodeExtendedVendorSpecific(scope: Scope): ExtendedVendorSpecificFields {
  const fields = scope.read(EXTENDED_VENDOR_SPECIFIC);
  if (fields.header !== undefined && fields.header.length >= VENDOR_SPECIFIC_HEADER) {
    scope.endsAt(fields.header.length);
  }
  return fields;
}

/** Designated Vendor-Specific; what is known of it where the vendor's layout is. */
export interface DesignatedFields {
  /** Who says what the id means. */
  readonly vendorId?: number;
  /** What it is, among that vendor's. */
  readonly id?: number;
  /** 0 to 15. */
  readonly revision?: number;
  /** Bytes that it says it has. */
  readonly statedLength?: number;
  /** What a capability of the CXL consortium says. */
  readonly cxl?: CxlFields;
}

/** Reads Designated Vendor-Specific. */
export function decodeDesignated(scope: Scope): DesignatedFields {
  const { header1, header2 } = scope.read(DESIGNATED);
  if (header1 === undefined) return {};
  const { vendorId, revision, length: statedLength } = header1;
  const fields = { vendorId, revision, statedLength, ...header2 };
  if (statedLength < DESIGNATED_HEADER || header2 === undefined) return fields;
  scope.endsAt(statedLength);
  const cxl = vendorId === CXL_VENDOR_ID ? decodeCxl(scope, header2.id, revision, statedLength) : undefined;
  return { ...fields, ...(cxl !== undefined && { cxl }) };
}
