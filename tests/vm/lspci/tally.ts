/** What a comparison came to. */
import type { Pair } from "./compare.ts";
import type { Difference } from "./differences_data.ts";

/** Counts pieces, and sorts those that differ by whether that is explained. */
export class Tally {
  readonly #distinct = new Set<string>();
  readonly #skipped = new Map<string, string>();
  readonly #unexplained = new Map<string, string>();
  readonly #used = new Set<Difference>();
  readonly #known: readonly Difference[];
  #functions = 0;
  #compared = 0;
  #differing = 0;

  constructor(known: readonly Difference[]) {
    this.#known = known;
  }

  /** Adds what was compared of a function; `where` is for whoever looks for it. */
  add(where: string, pairs: readonly Pair[]): void {
    this.#functions++;
    for (const pair of pairs) {
      const key = `${pair.kind}: ${pair.label}: ${pair.pattern}`;
      if (pair.skip !== undefined) {
        this.#skipped.set(key, pair.skip);
        continue;
      }
      this.#compared++;
      this.#distinct.add(key);
      if (pair.ours === pair.theirs) continue;
      this.#differing++;
      const known = this.#known.find((each) => explains(each, pair));
      if (known !== undefined) this.#used.add(known);
      else if (!this.#unexplained.has(key)) {
        this.#unexplained.set(key, `${key}: lspci says ${pair.theirs}, decoded is ${pair.ours} (${where})`);
      }
    }
  }

  /** Pieces that differ without an explanation, one of each. */
  get unexplained(): string[] {
    return [...this.#unexplained.values()];
  }

  /** Explanations of what does not differ. */
  get unneeded(): string[] {
    return this.#known.filter((each) => !this.#used.has(each))
      .map(({ kind, label, pattern }) => `${kind}: ${label}: ${pattern}`);
  }

  /** What is not compared, and why. */
  get skipped(): ReadonlyMap<string, string> {
    return this.#skipped;
  }

  /** One line for people. */
  toString(): string {
    return `${this.#functions} functions, ${this.#compared} pieces, ${this.#distinct.size} distinct: ` +
      `${this.#differing} differ, all but ${this.#unexplained.size} of a kind that is explained; ` +
      `${this.#skipped.size} kinds are not compared`;
  }
}

function explains(known: Difference, pair: Pair): boolean {
  return known.kind === pair.kind && known.label === pair.label && known.pattern === pair.pattern &&
    (known.theirs?.test(pair.theirs) ?? true);
}
