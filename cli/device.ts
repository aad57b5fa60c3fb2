/** DEVICE on the command line: which one is meant. */
import type { DeviceEntry, Host } from "../mod.ts";
import { isAddress } from "../pci/mod.ts";
import { NoSuchDevice, UsageError } from "./errors.ts";
import { hex } from "./json.ts";

/** How DEVICE is written, for help. */
export const DEVICE_HELP =
  "DEVICE is an address (01:00.0, 0000:01:00.0), a vendor and device id (1234:11e8), or a name (eth0, nvme0).";

const IDS = /^([0-9a-f]{4}):([0-9a-f]{4})$/i;
/** What the kernel calls interfaces, disks and cards. */
const NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/**
 * Finds the device that a word on the command line means.
 *
 * @throws {NoSuchDevice} when there is none.
 * @throws {UsageError} when it is no way to name a device, or several are meant.
 */
export function findDevice(host: Host, word: string): DeviceEntry {
  const [device, ...others] = candidates(host, word);
  if (device === undefined) throw new NoSuchDevice(`There is no device ${word}`);
  if (others.length === 0) return device;
  const addresses = [device, ...others].map(({ address }) => address).join(", ");
  throw new UsageError(`${word} means several devices, say which: ${addresses}`);
}

function candidates(host: Host, word: string): readonly DeviceEntry[] {
  if (isAddress(word)) return [host.find(word)].filter((device) => device !== undefined);
  if (IDS.test(word)) return host.list().filter((device) => idsOf(device) === word.toLowerCase());
  if (!NAME.test(word)) throw new UsageError(`'${word}' names no device. ${DEVICE_HELP}`);
  return host.list().filter(({ address }) => host.details(address)?.names.includes(word) ?? false);
}

/** A device's ids, as "1234:11e8". */
export function idsOf({ vendor, device }: DeviceEntry): string {
  return `${hex(vendor, 4)}:${hex(device, 4)}`;
}
