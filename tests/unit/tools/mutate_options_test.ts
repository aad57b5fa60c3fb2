import { assertEquals, assertThrows } from "@std/assert";
import { parseOptions } from "../../../tools/mutate/options.ts";

Deno.test("parseOptions() has a default for all but the folder of results", () => {
  const options = { count: 400, seed: 1, workers: 2, only: "", results: "r", list: false };
  assertEquals(parseOptions(["--results", "r"]), options);
  assertThrows(() => parseOptions([]), RangeError, "Cannot begin: --results says no folder");
});

Deno.test("parseOptions() reads each option", () => {
  const args = ["--count", "300", "--seed", "7", "--workers", "1", "--only", "./iommu/", "--list"];
  const options = { count: 300, seed: 7, workers: 1, only: "iommu/", results: "", list: true };
  assertEquals(parseOptions(args), options);
});

Deno.test("parseOptions() refuses what it does not know", () => {
  assertThrows(() => parseOptions(["--list", "--all", "1"]), RangeError, "Cannot use --all: it is no option");
  assertThrows(() => parseOptions(["--list", "--seed"]), RangeError, "Cannot use --seed: no value follows");
  for (const count of ["0", "-1", "1.5", "many"]) {
    assertThrows(() => parseOptions(["--list", "--count", count]), RangeError, `Cannot use --count ${count}`);
  }
});
