import { assert, assertEquals, assertThrows } from "@std/assert";
import { CommandRing } from "../../../driverkit/command_ring.ts";

const OWNER = { name: "owner" };

function ringOf(entries: number, stride = 1): CommandRing<{ readonly name: string }> {
  return new CommandRing(new Uint32Array(entries * stride), { entries, stride });
}

Deno.test("CommandRing.take() gives entries in order, one less than there are, and goes around", () => {
  const ring = ringOf(3, 4);
  assertEquals([ring.capacity, ring.tail, ring.used], [2, 0, 0]);
  const [first, second] = [ring.take(OWNER), ring.take(OWNER)];
  assertEquals([ring.at, ring.tail, ring.used], [4, 2, 2]);
  assertEquals([ring.take(OWNER), ring.at, ring.tail, ring.used], [-1, 4, 2, 2]);
  ring.give(second);
  ring.take(OWNER);
  assertEquals([ring.at, ring.tail], [8, 0]);
  ring.give(first);
  ring.take(OWNER);
  assertEquals([ring.at, ring.tail, ring.used], [0, 1, 2]);
});

Deno.test("CommandRing.take() gives as many ids as there is room, each another", () => {
  for (const capacity of [1, 2, 3, 255, 256, 4095]) {
    const ring = ringOf(capacity + 1);
    const ids = Array.from({ length: capacity }, () => ring.take(OWNER));
    assertEquals([ring.take(OWNER), ring.used, new Set(ids).size], [-1, capacity, capacity]);
    assertEquals(ring.ids().toSorted((a, b) => a - b), ids.toSorted((a, b) => a - b));
    for (const id of ids) assertEquals(ring.give(id), OWNER);
    assertEquals([ring.used, ring.ids()], [0, []]);
  }
});

Deno.test("CommandRing.give() gives each command's owner, in whichever order they end", () => {
  const ring = ringOf(9);
  let state = 1;
  const under = new Map<number, { readonly name: string }>();
  for (let i = 0; i < 5000; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    const [id] = [...under.keys()].slice((state >>> 16) % (under.size || 1));
    if (under.size < 8 && (id === undefined || (state & 0x8000) !== 0)) {
      const owner = { name: `owner ${i}` };
      const taken = ring.take(owner);
      assert(taken >= 0 && !under.has(taken));
      under.set(taken, owner);
    } else if (id !== undefined) {
      assertEquals(ring.give(id), under.get(id));
      under.delete(id);
    }
    assertEquals(ring.used, under.size);
  }
  assertEquals(new Set(ring.ids()), new Set(under.keys()));
});

Deno.test("CommandRing.give() knows ids that are not taken, also when their slot is in use again", () => {
  const ring = ringOf(4);
  const first = ring.take(OWNER);
  assertEquals([ring.give(first), ring.give(first), ring.used], [OWNER, undefined, 0]);
  const again = ring.take(OWNER);
  assert(again !== first);
  for (const id of [first, 1, 3, 0xffff, 0x1_0000, -1]) assertEquals(ring.give(id), undefined);
  assertEquals([ring.ids(), ring.used], [[again], 1]);
});

Deno.test("CommandRing.take() gives 16 bits, never 0xffff, however often a slot is used", () => {
  for (const capacity of [1, 64, 4096, 0x8000]) {
    const ring = ringOf(capacity + 1);
    for (let i = 1; i < capacity; i++) ring.take(OWNER);
    const seen = new Set<number>();
    for (let i = 0; i < 0x1_0010; i++) {
      const id = ring.take(OWNER);
      assert(id >= 0 && id < 0xffff);
      seen.add(id);
      ring.give(id);
    }
    assert(seen.size >= Math.min(15, Math.floor(0xffff / capacity)));
    assertEquals(ring.used, capacity - 1);
  }
});

Deno.test("CommandRing.clear() begins anew with zeros, and commands under way still have their ids", () => {
  const words = new Uint32Array(9).fill(5);
  const ring = new CommandRing<{ readonly name: string }>(words, { entries: 2, stride: 4 });
  const id = ring.take(OWNER);
  ring.clear();
  assertEquals([ring.tail, ring.used, [...words]], [0, 1, [0, 0, 0, 0, 0, 0, 0, 0, 5]]);
  assertEquals([ring.give(id), ring.used], [OWNER, 0]);
});

Deno.test("CommandRing refuses what does not fit its memory, and what leaves ids no generation", () => {
  assertThrows(
    () => new CommandRing(new Uint32Array(8), { entries: 3, stride: 4 }),
    RangeError,
    "a ring of 3",
  );
  assertThrows(() => ringOf(0x8002), RangeError, "Cannot make a ring of 32770 commands: 32769 are possible");
});
