import { assertEquals, assertThrows } from "@std/assert";
import { PhaseRing } from "../../../driverkit/phase_ring.ts";

const OPTIONS = { entries: 3, stride: 2, word: 1, bit: 16 };

/** A device that writes entries as it should. */
class Writer {
  readonly #words: Uint32Array;
  #next = 0;
  #phase = 1;

  constructor(words: Uint32Array) {
    this.#words = words;
  }

  write(value: number): void {
    this.#words[this.#next * 2 + 1] = value | (this.#phase << 16);
    if (++this.#next < 3) return;
    this.#next = 0;
    this.#phase ^= 1;
  }
}

Deno.test("PhaseRing.scan() finds what is new, turn after turn", () => {
  const words = new Uint32Array(6);
  const ring = new PhaseRing(words, OPTIONS);
  const writer = new Writer(words);
  assertEquals([ring.scan(3), ring.head], [0, 0]);
  let next = 0;
  for (let turn = 0; turn < 20; turn++) {
    const count = turn % 4;
    for (let i = 0; i < count; i++) writer.write(next + i);
    assertEquals(ring.scan(3), count);
    for (let i = 0; i < count; i++) {
      const { head } = ring;
      const at = ring.take();
      assertEquals([head, at, (words[at + 1] ?? 0) & 0xffff], [next % 3, (next % 3) * 2, next]);
      next++;
    }
    assertEquals(ring.scan(3), 0);
  }
});

Deno.test("PhaseRing.scan() leaves entries until they are taken, and finds no more than it is asked for", () => {
  const words = new Uint32Array(6);
  const ring = new PhaseRing(words, OPTIONS);
  const writer = new Writer(words);
  for (const value of [7, 8, 9]) writer.write(value);
  assertEquals([ring.scan(2), ring.scan(0), ring.scan(-1), ring.scan(Infinity)], [2, 0, 0, 3]);
  assertEquals([ring.take(), ring.scan(3), ring.head], [0, 2, 1]);
});

Deno.test("PhaseRing.scan() finds a whole ring that is new, and not more", () => {
  const words = new Uint32Array([0, 0x1_0000, 0, 0x1_0000, 0, 0x1_0000]);
  const ring = new PhaseRing(words, OPTIONS);
  assertEquals(ring.scan(100), 3);
});

Deno.test("PhaseRing.scan() finds nothing in memory that is gone, in whichever turn", () => {
  const words = new Uint32Array(6);
  const ring = new PhaseRing(words, OPTIONS);
  const writer = new Writer(words);
  for (let i = 0; i < 3; i++) {
    writer.write(i);
    ring.scan(1);
    ring.take();
  }
  words.buffer.transfer(0);
  assertEquals(ring.scan(3), 0);
});

Deno.test("PhaseRing.clear() begins anew", () => {
  const words = new Uint32Array(6);
  const ring = new PhaseRing(words, OPTIONS);
  const writer = new Writer(words);
  for (let i = 0; i < 4; i++) {
    writer.write(i);
    ring.scan(1);
    ring.take();
  }
  ring.clear();
  assertEquals([ring.scan(3), ring.head, [...words]], [0, 0, [0, 0, 0, 0, 0, 0]]);
  new Writer(words).write(1);
  assertEquals(ring.scan(3), 1);
});

Deno.test("PhaseRing refuses what does not fit its memory", () => {
  assertThrows(() => new PhaseRing(new Uint32Array(5), OPTIONS), RangeError, "Cannot make a ring");
});
