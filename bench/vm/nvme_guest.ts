/**
 * Measures the NVMe driver inside a guest, and prints each line as JSON: what tests/vm/bench.ts runs there.
 *
 *     deno run -A bench/vm/nvme_guest.ts LIBRARY PAIRS ROUNDS WARM_UP_MS DISK ADDRESS...
 *
 * DISK is one that the kernel's driver has, the addresses are controllers like its own that vfio-pci has.
 */
import { kernelLines, nvmeLines } from "./nvme.ts";
import { growthLines } from "./nvme_growth.ts";
import { NvmeRig } from "./nvme_rig.ts";
import type { Line } from "../line.ts";

const [library = "", pairs, rounds, warmUpMs, disk = "", ...addresses] = Deno.args;
const effort = { pairs: Number(pairs), rounds: Number(rounds), warmUpMs: Number(warmUpMs) };

async function* all(): AsyncGenerator<Line> {
  // First: what C maps of a controller stays mapped, and keeps it busy.
  yield* growthLines(addresses);
  await using rig = await NvmeRig.open(library, addresses[0] ?? "");
  yield* nvmeLines(rig, effort);
  yield* kernelLines(rig, disk, effort);
}

for await (const line of all()) console.log(JSON.stringify(line));
