/** The IOVA allocator, with few and with many allocations live. */
import { IovaAllocator } from "@vfio/vfio/iommu";
import { alone } from "../line.ts";
import type { Line } from "../line.ts";
import { post } from "./worker.ts";

const TURN = 200;
const SIZE = 0x1000n;
/** What VT-d leaves of 39 bits. */
const RANGES = [{ start: 0n, last: 0xfedf_ffffn }, { start: 0xfef0_0000n, last: 0x7f_ffff_ffffn }];

function measured(live: number): Line {
  const iovas = new IovaAllocator(RANGES);
  for (let i = 0; i < live; i++) iovas.allocate({ size: SIZE });
  return alone(`IovaAllocator: allocate, release, ${live.toLocaleString("en")} live`, TURN, () => {
    for (let i = 0; i < TURN; i++) iovas.release(iovas.allocate({ size: SIZE }));
  });
}

post([1, 1_000, 60_000].map(measured));
