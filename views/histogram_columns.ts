/** Counted times put together into the columns of a chart. */

/** A place on an axis, 0 to 1, for a time. */
export interface Scale {
  /** Goes by the logarithm of times. */
  readonly logarithmic: boolean;
  /** Tells where a time stands: 0 for the shortest, 1 for the longest. */
  place(time: number): number;
  /** Tells what time stands at a place. */
  timeAt(place: number): number;
}

/** Times between two places, and how many. */
export interface Column {
  /** The shortest that would be counted here, in nanoseconds. */
  readonly start: number;
  /** Where the next column begins. */
  readonly end: number;
  /** How many there were. */
  readonly count: number;
}

/** With less than this between the shortest and the longest, equal steps show more than equal ratios. */
const LINEAR_RATIO = 4;

/** Makes the axis for times from `min` to `max` nanoseconds. */
export function scaleOf(min: number, max: number): Scale {
  const low = Math.max(1, min);
  const high = Math.max(max, low + 1);
  if (high / low < LINEAR_RATIO) {
    return {
      logarithmic: false,
      place: (time) => clamp((time - low) / (high - low)),
      timeAt: (place) => low + place * (high - low),
    };
  }
  const octaves = Math.log2(high / low);
  return {
    logarithmic: true,
    place: (time) => clamp(Math.log2(Math.max(time, low) / low) / octaves),
    timeAt: (place) => low * 2 ** (place * octaves),
  };
}

/** Puts counts into at most `most` columns, equally wide on the axis; into none without counts. */
export function columnsOf(
  counts: Iterable<{ readonly start: number; readonly count: number }>,
  { min, max }: { readonly min: number; readonly max: number },
  most: number,
): Column[] {
  if (!(min <= max)) return [];
  const scale = scaleOf(min, max);
  // No finer than the buckets that were counted in.
  const number = Math.max(1, Math.min(most, scale.logarithmic ? most : Math.ceil(max - min)));
  const sums = Array<number>(number).fill(0);
  for (const { start, count } of counts) {
    const index = Math.min(number - 1, Math.floor(scale.place(Math.max(min, start)) * number));
    sums[index] = (sums[index] ?? 0) + count;
  }
  return sums.map((count, index) => ({
    start: scale.timeAt(index / number),
    end: scale.timeAt((index + 1) / number),
    count,
  }));
}

function clamp(place: number): number {
  return Math.min(1, Math.max(0, place));
}
