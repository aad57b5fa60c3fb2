import { assertEquals } from "@std/assert";
import { errorCountsOf, totalOf } from "../../backends/linux/error_counts.ts";
import "./holdings.ts";

Deno.test("totalOf() reads the total, and no single error's count", () => {
  const text = "RxErr 2\nBadTLP 1\nBadDLLP 0\nRollover 0\nTimeout 0\nNonFatalErr 7\nTOTAL_ERR_COR 10\n";
  assertEquals(totalOf(text), 10);
  assertEquals(totalOf("Undefined 0\nDLP 0\nTOTAL_ERR_NONFATAL 3\n"), 3);
  assertEquals(totalOf(""), 0);
});

Deno.test("errorCountsOf() tells nothing of a device that is not there", () => {
  assertEquals(errorCountsOf("ffff:ff:1f.7"), undefined);
});
