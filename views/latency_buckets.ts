/** Counting times in buckets that grow with them: a fixed amount of memory, and a bounded error. */

/** 2^7 buckets in each factor of two: a bucket is narrower than 1/128 of the times in it. */
const PRECISION = 7;
const PER_OCTAVE = 2 ** PRECISION;
/** 2^40 ns are 18 minutes; what takes longer is counted with the longest. */
const MOST_BITS = 40;
const LAST = (MOST_BITS - PRECISION) * PER_OCTAVE + PER_OCTAVE - 1;

/** How often what time was counted. Bucket i ends where bucket i + 1 begins. */
export class LatencyBuckets {
  readonly #counts = new Float64Array(LAST + 1);

  /** Counts one time. @param nanoseconds 0 or more. */
  add(nanoseconds: number): void {
    const index = bucketOf(nanoseconds);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  /** Tells the longest time, in whole nanoseconds, of the bucket that the `rank`th time is in. @param rank 1 or more. */
  atRank(rank: number): number {
    let seen = 0;
    for (let index = 0; index < this.#counts.length; index++) {
      seen += this.#counts[index] ?? 0;
      if (seen >= rank) return startOf(index + 1) - 1;
    }
    return startOf(LAST + 1) - 1;
  }

  /** Gives every bucket that counted something: where it begins, and how often. The lowest first. */
  *[Symbol.iterator](): Generator<{ readonly start: number; readonly count: number }, void> {
    for (const [index, count] of this.#counts.entries()) {
      if (count > 0) yield { start: startOf(index), count };
    }
  }
}

/** Below 256 ns a bucket is one nanosecond wide. */
function bucketOf(nanoseconds: number): number {
  if (nanoseconds < 2 * PER_OCTAVE) return Math.floor(nanoseconds);
  const shift = magnitude(nanoseconds) - PRECISION;
  return Math.min(LAST, shift * PER_OCTAVE + Math.floor(nanoseconds / 2 ** shift));
}

/** The exponent of the greatest power of two that is not more. */
function magnitude(value: number): number {
  return value < 2 ** 32 ? 31 - Math.clz32(value) : 63 - Math.clz32(value / 2 ** 32);
}

function startOf(index: number): number {
  if (index < 2 * PER_OCTAVE) return index;
  const shift = Math.floor(index / PER_OCTAVE) - 1;
  return (index - shift * PER_OCTAVE) * 2 ** shift;
}
