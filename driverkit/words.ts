/** DMA memory as 32-bit words: how a hot path reads and writes rings. */
import type { HostMemory } from "../core/memory.ts";

/**
 * Gives a buffer as 32-bit words, which are little-endian as PCI is; detached (length 0) when the buffer is disposed of.
 *
 * Accesses of a typed array are plain: {@linkcode fence} puts them in order, and a word that a device changes is read
 * through {@linkcode PhaseRing} or the eight accesses, since two plain reads of one word may become one.
 *
 * @throws {VfioError} `EFAULT` while the memory is protected.
 */
export function wordsOf(memory: Pick<HostMemory, "bytes">): Uint32Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = memory.bytes;
  return new Uint32Array(buffer, byteOffset, byteLength >>> 2);
}
