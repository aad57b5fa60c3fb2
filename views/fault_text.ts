/** A blocked access in words: what was, and was not, where the device went. */
import type { IommuFault, ReservedRegion } from "../core/host.ts";
import type { IovaRange } from "../core/iommu_driver.ts";
import { formatSize } from "./units.ts";

/** Memory that devices reach. */
export interface MappedRange extends IovaRange {
  /** What it is to the program: "receive ring". */
  readonly name?: string;
  /** Devices may read. @default true */
  readonly read?: boolean;
  /** Devices may write. @default true */
  readonly write?: boolean;
}

/** What an address space consists of. */
export interface DmaLayout {
  /** What devices reach. */
  readonly mappings: readonly MappedRange[];
  /** Ranges that must be left alone. @default none */
  readonly reserved?: readonly ReservedRegion[];
  /** Where mappings may lie, as the IOMMU's `info().ranges`. @default not known */
  readonly ranges?: readonly IovaRange[] | undefined;
}

/**
 * Tells why the IOMMU blocked an access, from what is mapped.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { explainFault } from "@vfio/vfio/views";
 *
 * const mappings = [{ start: 0x1000n, last: 0x1fffffn }];
 * const fault = { address: "0000:00:04.0", iova: 0x5000000n, write: true, reason: "" };
 * assertEquals(explainFault(fault, { mappings }), "not mapped; nearest mapping ends 78 MiB below");
 * ```
 */
export function explainFault(fault: IommuFault, layout: DmaLayout): string {
  const { iova, write } = fault;
  const mapping = layout.mappings.find((range) => holds(range, iova));
  if (mapping !== undefined) return insideText(mapping, write);
  const region = layout.reserved?.find((range) => holds(range, iova));
  if (region !== undefined) return `in a reserved range (${region.type}), where nothing can be mapped`;
  const isReachable = layout.ranges?.some((range) => holds(range, iova)) ?? true;
  const where = isReachable ? "not mapped" : "outside the addresses that the IOMMU translates";
  return `${where}; ${nearestText(iova, layout.mappings)}`;
}

function insideText({ read = true, write = true, name }: MappedRange, wanted: boolean): string {
  const which = name === undefined ? "mapped" : `in the mapping ${name}`;
  if (wanted && !write) return `${which}, but devices may only read there`;
  if (!wanted && !read) return `${which}, but devices may only write there`;
  return `${which} now: it was not when the access was made`;
}

function nearestText(iova: bigint, mappings: readonly MappedRange[]): string {
  let nearest: { readonly distance: bigint; readonly text: string } | undefined;
  for (const { start, last } of mappings) {
    const isBelow = last < iova;
    const distance = isBelow ? iova - last - 1n : start - iova;
    if (nearest !== undefined && nearest.distance <= distance) continue;
    nearest = { distance, text: isBelow ? ends(distance) : `starts ${formatSize(distance)} above` };
  }
  return nearest === undefined ? "nothing is mapped" : `nearest mapping ${nearest.text}`;
}

function ends(distance: bigint): string {
  return distance === 0n ? "ends right before it" : `ends ${formatSize(distance)} below`;
}

function holds({ start, last }: IovaRange, iova: bigint): boolean {
  return start <= iova && iova <= last;
}
