/** Pairs: what two loops cost, measured so that noise on the machine hits both. */

/** A loop to measure: each turn costs one call of `run`, which does `operations` of what is counted. */
export interface Loop {
  readonly operations: number;
  run(): unknown;
}

/** What came out, the medians of all rounds. */
export interface Pair {
  /** Nanoseconds an operation takes in the first loop. */
  readonly first: number;
  /** The same in the second loop. */
  readonly second: number;
  /** The median of first / second of each round, not of the medians. */
  readonly ratio: number;
}

const WARM_UP_MS = 500;
const ROUNDS = 41;
/** How long a batch should take: long enough for the clock, short enough for both to see the same machine. */
const BATCH_MS = 2;

/** Measures one loop. @returns Nanoseconds per operation, the median of all rounds. */
export function measure(loop: Loop): number {
  const turns = warmUp(loop);
  return median(Array.from({ length: ROUNDS }, () => time(loop, turns)));
}

/** Measures two loops against each other: batches alternate, and change their order each round. */
export function compare(first: Loop, second: Loop): Pair {
  const [turns, otherTurns] = [warmUp(first), warmUp(second)];
  const rounds = Array.from({ length: ROUNDS }, (_, round) => {
    if (round % 2 === 0) return { first: time(first, turns), second: time(second, otherTurns) };
    const [b, a] = [time(second, otherTurns), time(first, turns)];
    return { first: a, second: b };
  });
  return {
    first: median(rounds.map((round) => round.first)),
    second: median(rounds.map((round) => round.second)),
    ratio: median(rounds.map((round) => round.first / round.second)),
  };
}

/** The middle one of some numbers. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN;
}

/** Runs a loop until the engine has made of it what it can. @returns Turns that a batch takes. */
function warmUp(loop: Loop): number {
  const start = performance.now();
  let turns = 0;
  while (performance.now() - start < WARM_UP_MS) {
    loop.run();
    turns++;
  }
  return Math.max(1, Math.round(turns * BATCH_MS / WARM_UP_MS));
}

/** Nanoseconds per operation of one batch. */
function time(loop: Loop, turns: number): number {
  const start = performance.now();
  for (let turn = 0; turn < turns; turn++) loop.run();
  return (performance.now() - start) * 1e6 / (turns * loop.operations);
}
