import { assert, assertEquals, assertThrows } from "@std/assert";
import { IdPool } from "../../../driverkit/id_pool.ts";

Deno.test("IdPool.take() gives as many ids as it has, each its own slot", () => {
  for (const capacity of [1, 2, 3, 255, 256, 4095]) {
    const pool = new IdPool(capacity);
    const ids = Array.from({ length: capacity }, () => pool.take());
    assertEquals([pool.take(), pool.taken, new Set(ids).size], [-1, capacity, capacity]);
    const slots = ids.map((id) => pool.slot(id));
    assertEquals(new Set(slots).size, capacity);
    assert(slots.every((slot) => slot >= 0 && slot < capacity));
    assert(ids.every((id, i) => pool.at(slots[i] ?? -1) === id));
  }
});

Deno.test("IdPool.give() knows ids that are not taken, also when their slot is in use again", () => {
  const pool = new IdPool(3);
  const first = pool.take();
  assertEquals([pool.give(first), pool.give(first), pool.taken], [0, -1, 0]);
  const again = pool.take();
  assertEquals([pool.slot(again), pool.slot(first), pool.give(first)], [0, -1, -1]);
  assert(again !== first);
  for (const id of [3, 0xffff, 0x1_0000, -1, 1]) assertEquals(pool.give(id), -1);
  assertEquals([pool.at(0), pool.at(1), pool.at(9)], [again, -1, -1]);
});

Deno.test("IdPool.take() gives 16 bits, never 0xffff, however often a slot is used", () => {
  for (const capacity of [1, 64, 4096]) {
    const pool = new IdPool(capacity);
    const others = Array.from({ length: capacity - 1 }, () => pool.take());
    const seen = new Set<number>();
    for (let i = 0; i < 0x1_0010; i++) {
      const id = pool.take();
      assert(id >= 0 && id < 0xffff);
      seen.add(id);
      pool.give(id);
    }
    assert(seen.size >= Math.min(15, 0xffff / capacity));
    assertEquals(pool.taken, others.length);
  }
});

Deno.test("IdPool refuses capacities that leave no generation", () => {
  for (const capacity of [0, -1, 1.5, 0x8001]) {
    assertThrows(() => new IdPool(capacity), RangeError, "1 to 32768");
  }
  assertEquals(new IdPool(0x8000).capacity, 0x8000);
});
