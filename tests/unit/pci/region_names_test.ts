import { assertEquals, assertThrows } from "@std/assert";
import { REGION_NAMES, regionIndex } from "../../../pci/region_names.ts";
import type { RegionName } from "../../../pci/region_names.ts";

Deno.test("regionIndex() gives the indexes of vfio-pci", () => {
  assertEquals(REGION_NAMES.map(regionIndex), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  const named: RegionName[] = ["bar0", "bar5", "rom", "config", "vga"];
  assertEquals(named.map(regionIndex), [0, 5, 6, 7, 8]);
});

Deno.test("regionIndex() refuses other names, and lists those that there are", () => {
  for (const name of ["bar6", "BAR0", "", "length", "constructor", undefined, 0]) {
    assertThrows(
      () => regionIndex(name as RegionName),
      TypeError,
      "as a region: their names are bar0, bar1, bar2, bar3, bar4, bar5, rom, config, vga",
    );
  }
});
