import { assertEquals, assertThrows } from "@std/assert";
import type { DeviceEntry } from "../../../core/host.ts";
import { UsageError } from "../../../cli/errors.ts";
import { matchesIds, matchesSlot } from "../../../cli/patterns.ts";

const ADDRESS = "0001:3a:1f.7";

Deno.test("matchesSlot() takes what lspci -s takes", () => {
  for (
    const pattern of [
      "0001:3a:1f.7",
      "1:3A:1f.7",
      "3a:1f.7",
      "3a:",
      "3a:1f",
      "1f",
      "1f.7",
      ".7",
      "1::",
      "*:*:*.*",
      "",
      "1f.",
    ]
  ) {
    assertEquals(matchesSlot(ADDRESS, pattern), true, pattern);
  }
  for (const pattern of ["0:3a:1f.7", "3b:", "1e", ".6", "3a", "0::"]) {
    assertEquals(matchesSlot(ADDRESS, pattern), false, pattern);
  }
  for (const pattern of ["x", "1.8", "1:2:3:4", "../..", "3a:1f.7\n"]) {
    assertThrows(() => matchesSlot(ADDRESS, pattern), UsageError);
  }
});

Deno.test("matchesIds() takes what lspci -d takes", () => {
  const device = { vendor: 0x8086, device: 0x10c9, classCode: 0x020000 } as DeviceEntry;
  for (const pattern of ["8086:10c9", "8086:", ":10C9", "8086", "::0200", "8086::200", "*:*", ""]) {
    assertEquals(matchesIds(device, pattern), true, pattern);
  }
  for (const pattern of ["8087:", ":10ca", "::0100"]) {
    assertEquals(matchesIds(device, pattern), false, pattern);
  }
  for (const pattern of ["intel", "12345:", "1:2:3:4"]) {
    assertThrows(() => matchesIds(device, pattern), UsageError);
  }
});
