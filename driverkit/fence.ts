/** The order in which a device sees what a driver writes to memory, and a driver what a device wrote. */

const CELL = new Int32Array(1);

/**
 * Separates memory accesses: what stands before it is done before what stands behind it, also as a device sees it.
 *
 * A driver calls it between filling descriptors and ringing the doorbell, and between seeing that an entry is new and
 * reading the rest of it. The eight accesses of DMA memory and registers need none among each other; typed arrays over
 * DMA memory do. It costs some nanoseconds: once a batch.
 */
export function fence(): void {
  // A release and then an acquire, both sequentially consistent: nothing passes the pair in either direction.
  Atomics.store(CELL, 0, 0);
  Atomics.load(CELL, 0);
}
