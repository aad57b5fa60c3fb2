/** NVMe: reads by the library's driver, by one in C on the same controller, and by the kernel's on a like one. */
import type { Line } from "../line.ts";
import { compareBatches } from "../paired.ts";
import type { Batch, Effort } from "../paired.ts";
import { RANDOM, SEQUENTIAL } from "./nvme_rig.ts";
import type { NvmeRig, Pattern } from "./nvme_rig.ts";
import { cString } from "./twin.ts";

/** Commands of a batch: at least, and for each that is under way. */
const COMMANDS = 64;
const TURNS = 16;
/** What both do after a poll that found nothing, where the pace of polling would decide: pauses of the processor. */
const PAUSES = 200;
/** How long the device surely needs, in milliseconds: for anything, and for each read of 4 KiB. */
const WAKE_MS = 3;
const READ_MS = 0.2;

/** Measures the library against C. */
export async function* nvmeLines(rig: NvmeRig, effort: Effort): AsyncGenerator<Line> {
  for (const depth of [8, 32, 128]) yield await software(rig, depth, effort);
  // With few under way the device waits most of the time, and who polls less leaves it more of the machine.
  for (const depth of [1, 8]) yield await againstC(rig, RANDOM, depth, PAUSES, effort);
  for (const depth of [32, 128]) yield await againstC(rig, RANDOM, depth, 0, effort);
  for (const depth of [8, 32]) yield await againstC(rig, SEQUENTIAL, depth, 0, effort);
  yield await promises(rig, 32, effort);
}

/** Measures the library against the kernel's driver. @param disk A like controller's, as `/dev/nvme0n1`. */
export async function* kernelLines(rig: NvmeRig, disk: string, effort: Effort): AsyncGenerator<Line> {
  for (const depth of [1, 8, 32, 128]) yield await againstKernel(rig, disk, RANDOM, depth, effort);
  yield await againstKernel(rig, disk, SEQUENTIAL, 8, effort);
}

/** Reads with `depth` under way, here and in C. */
function againstC(
  rig: NvmeRig,
  pattern: Pattern,
  depth: number,
  pauses: number,
  effort: Effort,
): Promise<Line> {
  const { twin } = rig;
  const { ours, c } = rig.pair(pattern, depth);
  const commands = Math.max(COMMANDS, depth * TURNS);
  const rest = pauses === 0 ? undefined : () => twin.nvme_rest(pauses);
  return compared(
    `nvme: ${pattern.name}, ${depth} under way${pauses > 0 ? ", paced" : ""}`,
    () => timed(commands, () => ours.read(depth, commands, rest)),
    () => timed(commands, () => succeeded(twin.nvme_read(c, depth, commands, pauses))),
    effort,
  );
}

/** Reads with `depth` under way, here and through the kernel. */
async function againstKernel(
  rig: NvmeRig,
  path: string,
  pattern: Pattern,
  depth: number,
  effort: Effort,
): Promise<Line> {
  const { twin } = rig;
  const { ours, lbas } = rig.pair(pattern, depth);
  const commands = Math.max(COMMANDS, depth * TURNS);
  const disk = twin.disk_open(cString(path), depth, pattern.size);
  if (disk === null) throw new Error(`${path} cannot be opened`);
  try {
    return await compared(
      `nvme: ${pattern.name}, ${depth} under way / io_uring`,
      () => timed(commands, () => ours.read(depth, commands)),
      () => timed(commands, () => succeeded(twin.disk_read(disk, lbas, lbas.length, commands))),
      effort,
    );
  } finally {
    twin.disk_close(disk);
  }
}

/** Reads with `depth` under way, by promises and without. */
function promises(rig: NvmeRig, depth: number, effort: Effort): Promise<Line> {
  const { ours, awaited } = rig.pair(RANDOM, depth);
  const commands = depth * TURNS;
  return compared(
    `nvme: ${RANDOM.name}, ${depth} awaited / polled by hand`,
    () => timed(commands, () => awaited(commands)),
    () => timed(commands, () => ours.read(depth, commands)),
    effort,
  );
}

/** What the program does for `depth` reads: put in and told, then taken. What the device does meanwhile does not count. */
function software(rig: NvmeRig, depth: number, effort: Effort): Promise<Line> {
  const { twin } = rig;
  const { ours, c } = rig.pair(RANDOM, depth);
  return compared(
    `nvme: a read put in and taken, ${depth} at a time`,
    () => halves(depth, () => ours.start(depth, depth), () => ours.poll()),
    () => halves(depth, () => twin.nvme_start(c, depth, depth), () => twin.nvme_poll(c)),
    effort,
  );
}

function halves(depth: number, submit: () => void, poll: () => number): number {
  const start = performance.now();
  submit();
  const middle = performance.now();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAKE_MS + depth * READ_MS);
  const late = performance.now();
  let taken = poll();
  const end = performance.now();
  // A machine that is busy with other things needs longer: then this pair is an outlier.
  while (taken < depth) taken += poll();
  return ((middle - start) + (end - late)) * 1e6 / depth;
}

/** Nanoseconds of each command. */
async function timed(commands: number, run: () => void | Promise<void>): Promise<number> {
  const start = performance.now();
  await run();
  return (performance.now() - start) * 1e6 / commands;
}

function succeeded(result: number): void {
  if (result !== 0) throw new Error(`a read failed in C: ${result}`);
}

async function compared(
  what: string,
  ours: Batch,
  other: Batch,
  effort: Effort,
): Promise<Line> {
  const end = performance.now() + (effort.warmUpMs ?? 0);
  do {
    await ours();
    await other();
  } while (performance.now() < end);
  const { first, second, ratio, quartiles } = await compareBatches(ours, other, effort);
  return { what, unit: "ns", value: first, c: second, ratio, quartiles };
}
