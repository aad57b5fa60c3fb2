import { assertEquals, assertThrows } from "@std/assert";
import { parsePokes } from "../../../../cli/irq/poke.ts";
import { UsageError } from "../../../../cli/errors.ts";

Deno.test("parsePokes() reads writes with commas between them", () => {
  const pokes = parsePokes("0:0x60=1,5:8=0xff").map(({ region, write: { place, value } }) => [
    region,
    place.offset,
    value,
  ]);
  assertEquals(pokes, [["bar0", 0x60, 1n], ["bar5", 8, 0xffn]]);
  assertEquals(parsePokes(undefined), []);
});

Deno.test("parsePokes() refuses what is no write of a BAR", () => {
  for (const text of ["", "0x60=1", "6:0=1", "0:0", "0:2=1", "0:0=1:1", "0:0=1,"]) {
    assertThrows(() => parsePokes(text), UsageError);
  }
});
