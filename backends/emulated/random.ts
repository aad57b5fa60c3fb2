/** Randomness that repeats: what hardware leaves open, drawn from a seed. */

/** A generator of 32-bit numbers (mulberry32). Seed 0 draws nothing: everything is on time. */
export class Random {
  readonly #seed: number;
  #state: number;

  /** Starts at `seed`. */
  constructor(seed: number) {
    this.#seed = seed;
    this.#state = seed >>> 0;
  }

  /** How late something is: from 0 to less than 1. */
  late(): number {
    return this.#seed === 0 ? 0 : this.#next() / 2 ** 32;
  }

  /** Some hexadecimal digits, whatever the seed. */
  digits(count: number): string {
    return Array.from({ length: count }, () => (this.#next() & 0xf).toString(16)).join("");
  }

  #next(): number {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}
