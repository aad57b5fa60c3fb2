/** Pairs: what two loops cost, measured so that noise on the machine hits both. */

/** A loop to measure: each turn costs one call of `run`, which does `operations` of what is counted. */
export interface Loop {
  readonly operations: number;
  run(): unknown;
}

/** Measures once. */
export type Batch = () => number | Promise<number>;

/** What came out. */
export interface Pair {
  /** The median of the first. */
  readonly first: number;
  /** The median of the second. */
  readonly second: number;
  /** The median of first / second of each pair, not of the medians; then the median of all rounds. */
  readonly ratio: number;
  /** A quarter of the pairs' ratios lie below the first, and a quarter above the second. */
  readonly quartiles: readonly [number, number];
}

/** How much is measured. */
export interface Effort {
  /** How often two batches are held against each other. @default 41 */
  readonly pairs?: number;
  /** How often all of that is done. @default 1 */
  readonly rounds?: number;
  /** How long the engine has to make of a loop what it can, in milliseconds. @default 500 */
  readonly warmUpMs?: number;
}

const WARM_UP_MS = 500;
const PAIRS = 41;
/** How long a batch should take: long enough for the clock, short enough for both to see the same machine. */
const BATCH_MS = 2;

/** Measures one loop. @returns Nanoseconds per operation, the median of all batches. */
export function measure(loop: Loop): number {
  const turns = warmUp(loop, WARM_UP_MS);
  return median(Array.from({ length: PAIRS }, () => time(loop, turns)));
}

/** Measures two loops against each other. @returns Nanoseconds per operation. */
export function compare(first: Loop, second: Loop, effort: Effort = {}): Promise<Pair> {
  const { warmUpMs = WARM_UP_MS } = effort;
  const [turns, otherTurns] = [warmUp(first, warmUpMs), warmUp(second, WARM_UP_MS)];
  return compareBatches(() => time(first, turns), () => time(second, otherTurns), effort);
}

/** Holds two ways to measure against each other: they alternate, and change their order each time. */
export async function compareBatches(first: Batch, second: Batch, effort: Effort = {}): Promise<Pair> {
  const { pairs = PAIRS, rounds = 1 } = effort;
  const all: (readonly [number, number])[] = [];
  const medians: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const ratios: number[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      const swapped = pair % 2 === 1;
      const [early, late] = swapped ? await inTurn(second, first) : await inTurn(first, second);
      const [a, b] = swapped ? [late, early] : [early, late];
      all.push([a, b]);
      ratios.push(a / b);
    }
    medians.push(median(ratios));
  }
  const ratios = all.map(([a, b]) => a / b);
  return {
    first: median(all.map(([a]) => a)),
    second: median(all.map(([, b]) => b)),
    ratio: median(medians),
    quartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
  };
}

async function inTurn(first: Batch, second: Batch): Promise<[number, number]> {
  return [await first(), await second()];
}

/** The middle one of some numbers. */
export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

/** The number that a part of them lie below. */
function quantile(numbers: readonly number[], part: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * part)] ?? NaN;
}

/** Runs a loop until the engine has made of it what it can. @returns Turns that a batch takes. */
function warmUp(loop: Loop, ms: number): number {
  const end = performance.now() + ms;
  while (performance.now() < end) loop.run();
  const start = performance.now();
  let turns = 0;
  do {
    loop.run();
    turns++;
  } while (performance.now() - start < BATCH_MS);
  return turns;
}

/** Nanoseconds per operation of one batch. */
function time(loop: Loop, turns: number): number {
  const start = performance.now();
  for (let turn = 0; turn < turns; turn++) loop.run();
  return (performance.now() - start) * 1e6 / (turns * loop.operations);
}
