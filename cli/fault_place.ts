/** What a blocked address may have been, as far as one can tell who did not map anything. */
import type { Host, IommuFault } from "../mod.ts";
import { explainFault } from "../views/mod.ts";

/** Where Linux puts the heap, the libraries and the stack of a program on x86-64 and arm64: bits 47 to 40. */
const POINTERS: readonly bigint[] = [0x55n, 0x56n, 0x7en, 0x7fn, 0xaan, 0xffn];
const POINTER_BITS = 48n;

/** Tells what was wrong with an address; undefined when it is one like any other, to which nothing was mapped. */
export function placeOfFault(host: Host, fault: IommuFault): string | undefined {
  const { address, iova } = fault;
  if (iova >> POINTER_BITS === 0n && POINTERS.includes(iova >> (POINTER_BITS - 8n))) {
    return "it looks like a program's pointer: the device has to be given the IOVA";
  }
  const group = host.find(address)?.group;
  const reserved = (group === undefined ? [] : host.reservedRegions(group))
    .filter(({ start, last }) => start <= iova && iova <= last);
  return reserved.length === 0 ? undefined : `it is ${explainFault(fault, { mappings: [], reserved })}`;
}
