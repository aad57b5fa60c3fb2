/** Serial numbers: where a device keeps them, and how they are written. */
import { capabilities, extendedCapabilities } from "../pci/capabilities.ts";
import { CAPABILITY, EXTENDED_CAPABILITY } from "../pci/capability_ids_data.ts";
import type { HiddenBytes } from "./config_areas.ts";

/** A config space without what identifies the one device. */
export interface RedactedConfig {
  /** A copy, with zeros where something was taken out. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What was taken out, and where. */
  readonly hidden: readonly HiddenBytes[];
  /** It, in the ways it is written: to find it in text. */
  readonly serials: readonly string[];
}

/** Both follow the capability's head, in a Device Serial Number and in a Vital Product Data capability. */
const CONTENT = 4;
const SERIAL_NUMBER_SIZE = 8;
const VPD_DATA_SIZE = 4;
/** In a Hierarchy ID capability; 18 bytes, after two that are reserved. */
const SYSTEM_GUID = 0x0c;
const SYSTEM_GUID_SIZE = 20;

/**
 * Takes serial numbers out of a config space: the Device Serial Number, the system's GUID of a Hierarchy ID, and what was
 * last read of the Vital Product Data.
 *
 * @see PCI Express Base Specification 6.0, sections 7.9.3, 7.9.17 and 7.9.18
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { redactConfig } from "@vfio/vfio/views";
 *
 * const config = new Uint8Array(4096);
 * config.set([3, 0, 1, 0, 0x56, 0x34, 0x12, 0xff, 0xff, 0x00, 0x54, 0x52], 0x100);
 * const { bytes, hidden, serials } = redactConfig(config);
 * assertEquals(bytes.subarray(0x100, 0x10c).toHex(), "030001000000000000000000");
 * assertEquals(hidden, [{ at: 0x104, size: 8, name: "serial number" }]);
 * assertEquals(serials[0], "52-54-00-ff-ff-12-34-56");
 * ```
 */
export function redactConfig(config: Uint8Array): RedactedConfig {
  const bytes = new Uint8Array(config);
  const extended = [...extendedCapabilities(config)];
  const found = [
    ...extended.filter(({ id }) => id === EXTENDED_CAPABILITY.deviceSerialNumber)
      .map(({ at }) => ({ at: at + CONTENT, size: SERIAL_NUMBER_SIZE, name: "serial number" })),
    ...extended.filter(({ id }) => id === EXTENDED_CAPABILITY.hierarchyId)
      .map(({ at }) => ({ at: at + SYSTEM_GUID, size: SYSTEM_GUID_SIZE, name: "system's GUID" })),
    ...capabilities(config).filter(({ id }) => id === CAPABILITY.vitalProductData)
      .map(({ at }) => ({ at: at + CONTENT, size: VPD_DATA_SIZE, name: "vital product data" })),
  ];
  const hidden = found.map((range) => ({ ...range, size: Math.min(range.size, bytes.length - range.at) }))
    .filter(({ size }) => size > 0);
  const serials = hidden.flatMap(({ at, size }) =>
    size === SERIAL_NUMBER_SIZE ? writtenForms(config.subarray(at, at + size)) : []
  );
  for (const { at, size } of hidden) bytes.fill(0, at, at + size);
  return { bytes, hidden, serials };
}

/** A serial number as lspci, this library and others write it; the MAC address that it was made of belongs to it. */
function writtenForms(number: Uint8Array): string[] {
  // What nobody set identifies nobody.
  if (number.every((byte) => byte === 0) || number.every((byte) => byte === 0xff)) return [];
  const bytes = Array.from(number, (byte) => byte.toString(16).padStart(2, "0"));
  const written = bytes.toReversed();
  const forms = [written.join("-"), written.join(":"), written.join(""), bytes.join(""), bytes.join(" ")];
  const isMac = written[3] === "ff" && (written[4] === "ff" || written[4] === "fe");
  const mac = [...written.slice(0, 3), ...written.slice(5)];
  return isMac ? [...forms, mac.join(":"), mac.join("-"), mac.join("")] : forms;
}

const LARGE = 0x80;
const IDENTIFIER = 0x02;
const READ_ONLY = 0x10;
const READ_WRITE = 0x11;
const STAR = 0x2a;

/**
 * Takes serial numbers out of Vital Product Data: the values of SN, and of the asset tags. Stars stand in their place, so
 * that the checksum of the data does not hold any more.
 *
 * @see PCI Local Bus Specification 3.0, appendix I
 */
export function redactVpd(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(data);
  let at = 0;
  while (at + 3 <= bytes.length && ((bytes[at] ?? 0) & LARGE) !== 0) {
    const tag = (bytes[at] ?? 0) & ~LARGE;
    const end = Math.min(bytes.length, at + 3 + ((bytes[at + 1] ?? 0) | ((bytes[at + 2] ?? 0) << 8)));
    if (tag === READ_ONLY || tag === READ_WRITE) redactKeywords(bytes.subarray(at + 3, end));
    else if (tag !== IDENTIFIER) break;
    at = end;
  }
  return bytes;
}

function redactKeywords(bytes: Uint8Array): void {
  for (let at = 0; at + 3 <= bytes.length;) {
    const keyword = String.fromCharCode(bytes[at] ?? 0, bytes[at + 1] ?? 0);
    const end = at + 3 + (bytes[at + 2] ?? 0);
    if (keyword === "SN" || keyword === "YA") bytes.fill(STAR, at + 3, end);
    at = end;
  }
}
