/** NVMe: how what a read costs grows with how many are under way, and with how many controllers one process drives. */
import { openDevice } from "@vfio/vfio";
import { openNvme } from "@vfio/vfio/nvme";
import type { Line } from "../line.ts";
import { median } from "../paired.ts";
import { Reads } from "../nvme_reads.ts";
import { placesOf, RANDOM } from "./nvme_rig.ts";

const DEPTHS = [1, 2, 4, 8, 16, 32, 64, 128];
const DEPTH = 32;
/** Controllers that one process drives. */
const COUNTS = [2, 4];
/** Reads of a batch, of each controller: at least, and for each that is under way. */
const COMMANDS = 128;
const TURNS = 16;
const BATCHES = 31;
const WARM_UP_MS = 1000;

/** What is measured in turns. */
interface Kind {
  readonly what: string;
  readonly batch: () => number;
  readonly found: number[];
}

/** A controller, and what closes it. */
interface Controller extends AsyncDisposable {
  reads(depth: number): Reads;
}

/** Measures it, on up to four controllers. Batches of all kinds alternate, so that noise hits them alike. */
export async function* growthLines(addresses: readonly string[]): AsyncGenerator<Line> {
  await using opened = new AsyncDisposableStack();
  const controllers: Controller[] = [];
  for (const address of addresses) controllers.push(opened.use(await open(address)));
  const kinds = [
    ...DEPTHS.map((depth) => kind(`nvme: growth, ${depth} under way`, controllers.slice(0, 1), depth)),
    ...COUNTS.map((count) =>
      kind(`nvme: growth, ${count} controllers, ${DEPTH} under way each`, controllers.slice(0, count), DEPTH)
    ),
  ];
  for (const { batch } of kinds) {
    const end = performance.now() + WARM_UP_MS;
    do batch(); while (performance.now() < end);
  }
  for (let i = 0; i < BATCHES; i++) {
    for (const { batch, found } of kinds) found.push(batch());
  }
  for (const { what, found } of kinds) yield { what, unit: "ns", value: median(found) };
}

async function open(address: string): Promise<Controller> {
  await using made = new AsyncDisposableStack();
  const device = made.use(openDevice(address));
  const nvme = await openNvme(device, { interrupts: "none" });
  made.defer(() => nvme.close());
  const target = nvme.namespace(1);
  const [queue] = nvme.queues;
  if (queue === undefined) throw new Error("there is no queue");
  const owned = made.move();
  return {
    reads: (depth) => {
      const buffer = device.allocate(depth * RANDOM.size);
      const transfers = Array.from(
        { length: depth },
        (_, i) => nvme.prepare(buffer, i * RANDOM.size, RANDOM.size),
      );
      const lbas = placesOf(RANDOM, target.blocks, target.blockSize);
      return new Reads({ queue, target, transfers, lbas, blocks: RANDOM.size / target.blockSize });
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** One kind of batch: nanoseconds a read, of all controllers together. */
function kind(what: string, controllers: readonly Controller[], depth: number): Kind {
  const all = controllers.map((each) => each.reads(depth));
  const commands = Math.max(COMMANDS, depth * TURNS);
  const batch = () => {
    const start = performance.now();
    for (const reads of all) reads.start(depth, commands);
    while (all.some((reads) => !reads.done)) {
      for (const reads of all) reads.poll();
    }
    return (performance.now() - start) * 1e6 / (commands * all.length);
  };
  return { what, batch, found: [] };
}
