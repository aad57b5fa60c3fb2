/** LatencyHistogram: how long something took, each time. */
import { LatencyBuckets } from "./latency_buckets.ts";
import { drawHistogram } from "./histogram_chart.ts";
import { columnsOf, scaleOf } from "./histogram_columns.ts";
import type { Picture } from "./svg.ts";
import { formatTime } from "./units.ts";
import { View } from "./view.ts";

/** The percentiles that are shown. */
const SHOWN: readonly number[] = [50, 90, 99, 99.9];
const TEXT_ROWS = 16;
const TEXT_WIDTH = 40;
const EIGHTHS = " ▏▎▍▌▋▊▉";

/**
 * Times that something took: recorded one by one, in a fixed amount of memory; then percentiles, a drawing and text.
 *
 * Guarantees: {@linkcode record} allocates nothing. Count, minimum, mean and maximum are exact. A percentile is that of whole
 * nanoseconds: exact below 256 ns, and above it too high by less than 1/128 (up to 18 minutes).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { LatencyHistogram } from "@vfio/vfio/views";
 *
 * const histogram = new LatencyHistogram("bar0 read32");
 * for (let i = 0; i < 99; i++) histogram.record(120);
 * histogram.record(5_800);
 * assertEquals([histogram.count, histogram.max], [100, 5_800]);
 * assertEquals([histogram.percentile(50), histogram.percentile(99)], [120, 120]);
 * console.log(`${histogram}`); // a text for the terminal; histogram.svg() draws it
 * ```
 */
export class LatencyHistogram extends View {
  /** What took that long. */
  readonly name: string;
  readonly #buckets = new LatencyBuckets();
  #count = 0;
  #sum = 0;
  #min = Infinity;
  #max = -Infinity;

  /** Starts without times. @param name What is measured. */
  constructor(name = "Latency") {
    super();
    this.name = name;
  }

  /** Adds a time. @param nanoseconds 0 or more; fractions count. @throws {RangeError} for what is no time. */
  record(nanoseconds: number): void {
    if (!(nanoseconds >= 0 && nanoseconds < Infinity)) {
      throw new RangeError(`Cannot record ${nanoseconds} ns: 0 or more are needed`);
    }
    this.#buckets.add(nanoseconds);
    this.#count++;
    this.#sum += nanoseconds;
    if (nanoseconds < this.#min) this.#min = nanoseconds;
    if (nanoseconds > this.#max) this.#max = nanoseconds;
  }

  /** How many times there are. */
  get count(): number {
    return this.#count;
  }

  /** The shortest, in nanoseconds; NaN without times. */
  get min(): number {
    return this.#count === 0 ? NaN : this.#min;
  }

  /** The longest, in nanoseconds; NaN without times. */
  get max(): number {
    return this.#count === 0 ? NaN : this.#max;
  }

  /** The mean, in nanoseconds; NaN without times. */
  get mean(): number {
    return this.#sum / this.#count;
  }

  /**
   * Tells the time, in nanoseconds, that so many of a hundred are not above; NaN without times.
   *
   * @param percent 0 to 100.
   * @throws {RangeError} for any other.
   */
  percentile(percent: number): number {
    if (!(percent >= 0 && percent <= 100)) {
      throw new RangeError(`Cannot tell percentile ${percent}: 0 to 100 are possible`);
    }
    if (this.#count === 0) return NaN;
    // 99.9 % of 1000 are 999, which binary fractions would make a little more.
    const rank = Math.max(1, Math.ceil(Number((percent / 100 * this.#count).toPrecision(12))));
    return rank === this.#count
      ? this.#max
      : Math.max(this.#min, Math.min(this.#max, this.#buckets.atRank(rank)));
  }

  /** Draws it: times to the right, how often they were upwards, each logarithmic where that shows more. */
  picture(width: number): Picture {
    return drawHistogram({
      name: this.name,
      summary: this.#summary(),
      marks: this.#marks(),
      columns: columnsOf(this.#buckets, { min: this.#min, max: this.#max }, width < 560 ? 36 : 72),
      scale: scaleOf(this.#min, this.#max),
    }, Math.min(width, 860));
  }

  /** Gives it as text. */
  protected lines(): readonly string[] {
    const head = `${this.name}: ${this.#summary()}`;
    const columns = columnsOf(this.#buckets, { min: this.#min, max: this.#max }, TEXT_ROWS);
    const most = Math.max(...columns.map(({ count }) => count));
    const starts = columns.map(({ start }) => formatTime(start));
    const margin = Math.max(0, ...starts.map((text) => text.length));
    const rows = columns.map(({ count }, index) =>
      `${(starts[index] ?? "").padStart(margin)} ${barText(count / most).padEnd(TEXT_WIDTH)} ${count}`
    );
    return [head, ...rows];
  }

  #marks(): { readonly name: string; readonly time: number }[] {
    if (this.#count === 0) return [];
    const percentiles = SHOWN.map((percent) => ({ name: `p${percent}`, time: this.percentile(percent) }));
    return [...percentiles, { name: "max", time: this.max }];
  }

  #summary(): string {
    if (this.#count === 0) return "nothing recorded";
    const times = [
      `${this.#count} times`,
      `min ${formatTime(this.min)}`,
      ...this.#marks().map(({ name, time }) => `${name} ${formatTime(time)}`),
    ];
    return times.join(", ");
  }
}

/** A bar of eighths of a character: what was counted at all is seen. */
function barText(share: number): string {
  const eighths = share === 0 ? 0 : Math.max(1, Math.round(share * TEXT_WIDTH * 8));
  return "█".repeat(eighths >> 3) + (EIGHTHS[eighths & 7] ?? "").trim();
}
