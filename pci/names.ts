/** Names of vendors and devices, out of the list that everybody has: pci.ids. */

/** What names a function: numbers of its header. */
export interface NamedIds {
  /** 0 to 0xffff. */
  readonly vendorId: number;
  /** 0 to 0xffff. */
  readonly deviceId: number;
  /** Of its subsystem; with {@linkcode subsystemId}. */
  readonly subsystemVendorId?: number;
  /** Of its subsystem; with {@linkcode subsystemVendorId}. */
  readonly subsystemId?: number;
}

/** A vendor's part of the list: its name, and the lines of its devices. */
interface VendorPart {
  readonly name: string;
  readonly lines: string;
}

/** What ends a vendor's part: a line that is neither indented nor empty nor a comment. */
const NEXT_PART = /\n[^\t\n\r#]/g;

/**
 * Looks up names in pci.ids: `new PciNames(host.pciIds())`.
 *
 * The list has 40,000 lines and a program asks for a handful: nothing is read until it is asked for, and then only the part of
 * that vendor, once. Without a list, and for what is not in it, there are numbers.
 *
 * Names are as the list has them, one line each: text of others, to be made safe where it is printed.
 *
 * @see the head of pci.ids: https://pci-ids.ucw.cz
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { PciNames } from "@vfio/vfio/pci";
 *
 * const names = new PciNames("1b36  Red Hat, Inc.\n\t0010  QEMU NVM Express Controller\n");
 * assertEquals(names.vendor(0x1b36), "Red Hat, Inc.");
 * assertEquals(names.title({ vendorId: 0x1b36, deviceId: 0x10 }), "Red Hat, Inc. QEMU NVM Express Controller");
 * assertEquals(names.title({ vendorId: 0x1b36, deviceId: 0x11 }), "Red Hat, Inc. device 0011");
 * assertEquals(names.title({ vendorId: 0x1234, deviceId: 0x11e8 }), "Device 1234:11e8");
 * ```
 */
export class PciNames {
  readonly #text: string;
  readonly #parts = new Map<number, VendorPart | undefined>();

  /** Takes the text of the list; undefined where there is none. */
  constructor(text: string | undefined) {
    this.#text = text ?? "";
  }

  /** Names a vendor: "Intel Corporation". @returns undefined for one that is not in the list. */
  vendor(vendorId: number): string | undefined {
    return this.#part(vendorId)?.name;
  }

  /** Names a device of a vendor. @returns undefined for one that is not in the list. */
  device(vendorId: number, deviceId: number): string | undefined {
    const part = this.#part(vendorId);
    return part === undefined ? undefined : nameAt(part.lines, `\n\t${hex(deviceId)}  `)?.name;
  }

  /**
   * Names what a device is when it is built into a board or card of somebody.
   *
   * @returns undefined for one that is not in the list, or without the numbers of a subsystem.
   */
  subsystem(ids: NamedIds): string | undefined {
    const { vendorId, deviceId, subsystemVendorId, subsystemId } = ids;
    if (subsystemVendorId === undefined || subsystemId === undefined) return undefined;
    const lines = this.#part(vendorId)?.lines;
    const device = lines === undefined ? undefined : nameAt(lines, `\n\t${hex(deviceId)}  `);
    if (lines === undefined || device === undefined) return undefined;
    // A device's subsystems are indented once more; the next device ends them.
    const end = /\n\t[^\t]/g;
    end.lastIndex = device.end;
    const own = lines.slice(device.end, end.exec(lines)?.index ?? lines.length);
    return nameAt(own, `\n\t\t${hex(subsystemVendorId)} ${hex(subsystemId)}  `)?.name;
  }

  /** Names a function by vendor and device, as far as the list goes, and by numbers beyond that. */
  title({ vendorId, deviceId }: NamedIds): string {
    const vendor = this.vendor(vendorId);
    if (vendor === undefined) return `Device ${hex(vendorId)}:${hex(deviceId)}`;
    return `${vendor} ${this.device(vendorId, deviceId) ?? `device ${hex(deviceId)}`}`;
  }

  #part(vendorId: number): VendorPart | undefined {
    if (!this.#parts.has(vendorId)) this.#parts.set(vendorId, partOf(this.#text, vendorId));
    return this.#parts.get(vendorId);
  }
}

function partOf(text: string, vendorId: number): VendorPart | undefined {
  const key = `${hex(vendorId)}  `;
  const found = text.startsWith(key)
    ? { name: lineAt(text, key.length), end: key.length }
    : nameAt(text, `\n${key}`);
  if (found === undefined) return undefined;
  NEXT_PART.lastIndex = found.end;
  const next = NEXT_PART.exec(text)?.index ?? text.length;
  return { name: found.name, lines: text.slice(found.end, next) };
}

/** Finds the line that begins with a key, and tells what stands behind that and where it does. */
function nameAt(text: string, key: string): { readonly name: string; readonly end: number } | undefined {
  const at = text.indexOf(key);
  if (at < 0) return undefined;
  const end = at + key.length;
  return { name: lineAt(text, end), end };
}

function lineAt(text: string, from: number): string {
  const end = text.indexOf("\n", from);
  return text.slice(from, end < 0 ? text.length : end).trim();
}

function hex(id: number): string {
  return id.toString(16).padStart(4, "0");
}
