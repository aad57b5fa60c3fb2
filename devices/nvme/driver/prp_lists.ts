/** PrpLists: DMA memory for lists of pages. */
import type { Iova } from "../../../core/iommu_driver.ts";
import type { DmaBuffer } from "../../../driverkit/dma.ts";

/** Bytes of an entry. */
const ENTRY = 8;

/** Bytes that fit one list of a whole page: what one command moves at most, so that no list goes on elsewhere. */
export function listedBytes(pageSize: number): number {
  return (pageSize / ENTRY) * pageSize;
}

/** Lists of equal room, several to a page, so that none crosses into the next. Pages are added as they are needed. */
export class PrpLists implements Disposable {
  readonly #allocate: () => DmaBuffer;
  /** Bytes of a list. */
  readonly #room: number;
  readonly #perPage: number;
  readonly #pages: DmaBuffer[] = [];
  readonly #free: number[] = [];

  /**
   * Makes lists for transfers of up to `maxTransfer` bytes, a power of two.
   *
   * @param allocate Gives a page of `pageSize` bytes, aligned to its size.
   */
  constructor(pageSize: number, maxTransfer: number, allocate: () => DmaBuffer) {
    this.#allocate = allocate;
    // The first page stands in the command; a transfer that begins inside a page has one more.
    this.#room = Math.max(ENTRY, (maxTransfer / pageSize) * ENTRY);
    this.#perPage = pageSize / this.#room;
  }

  /** Writes a list. @returns Its number, to be given back. @throws {VfioError} as {@linkcode PciDevice.allocate}. */
  take(addresses: readonly Iova[]): number {
    if (this.#free.length === 0) this.#addPage();
    const list = this.#free.pop() ?? 0;
    const [page, at] = this.#place(list);
    for (const [i, address] of addresses.entries()) page?.write64(at + i * ENTRY, address);
    return list;
  }

  /** Where a list begins. */
  iova(list: number): Iova {
    const [page, at] = this.#place(list);
    return (page?.iova ?? 0n) + BigInt(at);
  }

  /** Takes a list back. */
  give(list: number): void {
    this.#free.push(list);
  }

  /** Frees all pages. */
  [Symbol.dispose](): void {
    using steps = new DisposableStack();
    for (const page of this.#pages) steps.use(page);
  }

  #addPage(): void {
    const first = this.#pages.length * this.#perPage;
    this.#pages.push(this.#allocate());
    for (let i = this.#perPage - 1; i >= 0; i--) this.#free.push(first + i);
  }

  #place(list: number): [DmaBuffer | undefined, number] {
    return [this.#pages[Math.floor(list / this.#perPage)], (list % this.#perPage) * this.#room];
  }
}
