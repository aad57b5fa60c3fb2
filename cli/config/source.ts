/** Where a config space is read: from the hardware, by sysfs, or through VFIO. */
import { REGION_NAMES } from "../../mod.ts";
import type { DeviceEntry, Region } from "../../mod.ts";
import type { Context } from "../context.ts";
import { EXIT, Refusal } from "../errors.ts";
import { openEntry } from "../open.ts";

/** The biggest config space. */
const MOST = 4096;
/** Bytes that any user may read. */
export const PUBLIC_BYTES = 64;

/** A copy of a config space, and where it comes from. */
export interface ConfigCopy {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** sysfs: the hardware's own, as far as this user may read it. vfio: as a driver sees it, some of it the kernel's. */
  readonly source: "sysfs" | "vfio";
}

/**
 * Copies a device's config space: by sysfs, which leaves the device as it is; through VFIO when that is asked for.
 *
 * @throws {Refusal} when nothing can be read.
 */
export function copyConfig(context: Context, device: DeviceEntry, throughVfio: boolean): ConfigCopy {
  if (throughVfio) {
    using open = openEntry(context, device);
    return { bytes: copyRegion(open.model.region(REGION_NAMES.indexOf("config"))), source: "vfio" };
  }
  const bytes = new Uint8Array(MOST);
  const count = context.host.readConfig(device.address, 0, bytes);
  if (count >= PUBLIC_BYTES) return { bytes: bytes.slice(0, count), source: "sysfs" };
  throw new Refusal(
    `Cannot read the config space of ${device.address}: the kernel gives ${count} bytes of it`,
    [
      { text: "A device that is off or gone answers nothing" },
    ],
    EXIT.failed,
  );
}

/** Copies an open device's config space, in words, as drivers read it. */
export function copyRegion(config: Region): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.min(MOST, config.info().size));
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 4 <= bytes.length; at += 4) view.setUint32(at, config.read32(at), true);
  return bytes;
}
