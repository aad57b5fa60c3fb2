/** What devices are called. */
import type { DeviceEntry } from "../mod.ts";
import { className } from "../pci/mod.ts";
import type { Context } from "./context.ts";

/** Longer names are cut in a table. */
const LONGEST = 48;
/** What a vendor calls itself for short stands at the end: "[AMD/ATI]". */
const SHORT_NAME = /\[([^\]]+)\]$/;
/** What says only that it is a company. */
const COMPANY = /,? (?:Inc|Corporation|Corp|Company|Limited|LLC|GmbH|AG|Co\.,? Ltd|Ltd)\.?$/;

/** A device's name in words; where its vendor is unknown, what it is by its class. */
export function nameOf({ names }: Context, { vendor, device, classCode }: DeviceEntry): string {
  const vendorName = names.vendor(vendor);
  const kind = className(classCode);
  if (vendorName === undefined) return kind ?? names.title({ vendorId: vendor, deviceId: device });
  const brand = SHORT_NAME.exec(vendorName)?.[1] ?? vendorName.replace(COMPANY, "");
  return clip(`${brand} ${names.device(vendor, device) ?? kind ?? "device"}`);
}

function clip(name: string): string {
  return name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;
}
