/** DMA mappings: memory is mapped for the device, and unmapped again. */
import type { DmaSpace, HostMemory } from "@vfio/vfio";
import { against } from "../line.ts";
import type { Line } from "../line.ts";
import type { Effort } from "../paired.ts";
import type { Machine } from "./machine.ts";
import { checked } from "./twin.ts";

const PAGE = 0x1000;
const HUGE = 0x20_0000;
const LIVE = [1, 1_000, 10_000, 60_000] as const;
/** Where mappings live: every other page, so that what is mapped between them lies among them. */
const START = 0x1_0000_0000n;
const STRIDE = BigInt(2 * PAGE);

/** Measures mapping and unmapping. */
export async function* mappingLines(machine: Machine, effort: Effort): AsyncGenerator<Line> {
  const page = machine.allocate(PAGE);
  const { space } = machine;
  yield await against(
    "AddressSpace.map() and dispose, 4 KiB",
    10,
    () => {
      for (let i = 0; i < 10; i++) space.map(page)[Symbol.dispose]();
    },
    remapByC(machine, page, START, 10),
    effort,
  );
  for (const live of LIVE) {
    const place = START + BigInt(live >> 1) * STRIDE + BigInt(PAGE);
    checked(machine.twin.dma_fill(machine.container, page.vaddr, START, BigInt(PAGE), STRIDE, live));
    yield await remap(`map and unmap 4 KiB, ${live} live`, machine, page, place, 10, effort);
    space.dma.unmap({ iova: 0n, size: 0n, all: true });
  }
  yield await remap("map and unmap 2 MiB", machine, machine.allocate(HUGE), START, 1, effort);
  const huge = machine.allocate(HUGE, true);
  if (huge.pageSize === HUGE) yield await remap("map and unmap a huge page", machine, huge, START, 5, effort);
}

function remap(
  what: string,
  machine: Machine,
  memory: HostMemory,
  iova: bigint,
  times: number,
  effort: Effort,
): Promise<Line> {
  const { dma } = machine.space;
  return against(
    what,
    times,
    () => remapByUs(dma, memory, iova, times),
    remapByC(machine, memory, iova, times),
    effort,
  );
}

function remapByUs(dma: DmaSpace, memory: HostMemory, iova: bigint, times: number): void {
  const { vaddr } = memory;
  const size = BigInt(memory.size);
  for (let i = 0; i < times; i++) {
    dma.map({ iova, vaddr, size, read: true, write: true });
    dma.unmap({ iova, size });
  }
}

function remapByC(machine: Machine, memory: HostMemory, iova: bigint, times: number): () => void {
  const { twin, container } = machine;
  const { vaddr } = memory;
  const size = BigInt(memory.size);
  return () => checked(twin.dma_remap(container, vaddr, iova, size, times));
}
