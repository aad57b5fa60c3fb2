/**
 * Makes an edu device do what its IOMMU must block, on whichever host: each access ends as a line in the kernel's log, or
 * as a record of the emulated host.
 *
 *     deno run --allow-ffi tests/vm/guest/faults.ts 0000:00:04.0
 *
 * @module
 */
import { linux } from "../../../backends/linux/mod.ts";
import type { Backend } from "../../../core/mod.ts";
import { Edu } from "../../../devices/mod.ts";
import { AddressSpace } from "../../../driverkit/mod.ts";

const PAGE = 4096;
const READ_ONLY = 0x10_0000n;
const WRITE_ONLY = 0x20_0000n;
/** What the device transfers, so short that it is one access. */
const SIZE = 4;
/** Linux logs ten lines of VT-d's in five seconds, and counts three for a fault. */
const PAUSE_MS = 2000;

/** An access: where it goes, and whether the device writes. */
export interface Access {
  readonly iova: bigint;
  readonly write: boolean;
}

/** Accesses to what is not mapped, then to what is mapped for the other direction; at the begin of a page and within. */
export const BLOCKED: readonly Access[] = [
  { iova: WRITE_ONLY + 0x124n, write: false },
  { iova: READ_ONLY, write: true },
  { iova: 0x500_0000n, write: true },
  { iova: 0x600_0ff0n, write: false },
  { iova: 0x700_0000n, write: true },
];

/** Opens an edu and lets it make the accesses of {@linkcode BLOCKED}, one after the other. */
export async function makeFaults(backend: Backend, address: string): Promise<void> {
  using space = new AddressSpace({ backend });
  const edu = new Edu(space.open(address));
  space.allocate(PAGE, { iova: READ_ONLY, write: false });
  space.allocate(PAGE, { iova: WRITE_ONLY, read: false });
  for (const { iova, write } of BLOCKED) {
    await (write ? edu.store(iova, SIZE) : edu.load(iova, SIZE));
    backend.clock.pause(PAUSE_MS);
  }
}

const [address] = Deno.args;
if (import.meta.main && address !== undefined) await makeFaults(linux(), address);
