/** What addresses a device decodes, as the kernel's resources tell. */
import type { DeviceResource } from "../../core/host_details.ts";
import { readText } from "../../os/files.ts";
import { devicePath, ifThere } from "./sysfs.ts";

/** @see Linux, include/linux/ioport.h */
const IORESOURCE_IO = 0x100n;
const IORESOURCE_PREFETCH = 0x2000n;
const IORESOURCE_MEM_64 = 0x10_0000n;
/** What follows are the BARs of virtual functions, and a bridge's windows. */
const ROM = 6;

/** Tells the BARs of a device, and its ROM. */
export function resourcesOf(address: string): DeviceResource[] {
  return parseResources(ifThere(() => readText(`${devicePath(address)}/resource`)) ?? "");
}

/**
 * Reads lines of "0xstart 0xlast 0xflags".
 *
 * @see Linux, drivers/pci/pci-sysfs.c, `resource_show`
 */
export function parseResources(text: string): DeviceResource[] {
  return text.split("\n").slice(0, ROM + 1).flatMap((line, index) => {
    const [, start, last, flags] = /^(0x[\da-f]{16}) (0x[\da-f]{16}) (0x[\da-f]{16})$/.exec(line) ?? [];
    if (start === undefined || last === undefined || flags === undefined) return [];
    const size = BigInt(last) - BigInt(start) + 1n;
    const bits = BigInt(flags);
    // A register that is no BAR, and the upper half of one, are all zeros.
    if (bits === 0n || size <= 0n) return [];
    return [{
      index,
      kind: kindOf(bits),
      prefetchable: (bits & IORESOURCE_PREFETCH) !== 0n,
      address: BigInt(start),
      size: Number(size),
    }];
  });
}

function kindOf(flags: bigint): DeviceResource["kind"] {
  if ((flags & IORESOURCE_IO) !== 0n) return "io";
  return (flags & IORESOURCE_MEM_64) === 0n ? "memory32" : "memory64";
}
