import { assertEquals } from "@std/assert";
import { Random } from "../../../backends/emulated/random.ts";

Deno.test("Random.late() draws what mulberry32 gives from the same seed", () => {
  const random = new Random(1);
  const drawn = Array.from({ length: 3 }, () => random.late() * 2 ** 32);
  assertEquals(drawn, [2693262067, 11749833, 2265367787]);
});

Deno.test("Random.late() of seed 0 is never late", () => {
  const random = new Random(0);
  assertEquals([random.late(), random.late()], [0, 0]);
});

Deno.test("Random.digits() draws a digit from the lowest bits of each number, also of seed 0", () => {
  assertEquals(new Random(1).digits(3), "39b");
  assertEquals(new Random(0).digits(32).length, 32);
  assertEquals(new Set(new Random(0).digits(200)).size, 16);
});
