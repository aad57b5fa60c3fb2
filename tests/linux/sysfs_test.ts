import { assertEquals, assertThrows } from "@std/assert";
import {
  cdevOf,
  driverOf,
  entryOf,
  groupOf,
  ifThere,
  isBridge,
  isNoIommu,
  isVirtualFunction,
  membersOf,
  parseReservedRegions,
} from "../../backends/linux/sysfs.ts";
import { VfioError } from "../../core/errors.ts";
import { readLink, readText, writeText } from "../../os/files.ts";
import "./holdings.ts";

/** No machine has them. */
const ADDRESS = "ffff:ff:1f.7";
const GROUP = 999_999_999;

Deno.test("parseReservedRegions() reads the kernel's lines", () => {
  const text = "0x00000000000a0000 0x00000000000bffff direct-relaxable\n" +
    "0x00000000fee00000 0x00000000feefffff msi\n0xffffffffffff0000 0xffffffffffffffff reserved\n";
  assertEquals(parseReservedRegions(text), [
    { start: 0xa_0000n, last: 0xb_ffffn, type: "direct-relaxable" },
    { start: 0xfee0_0000n, last: 0xfeef_ffffn, type: "msi" },
    { start: 0xffff_ffff_ffff_0000n, last: 2n ** 64n - 1n, type: "reserved" },
  ]);
  assertEquals(parseReservedRegions(""), []);
});

Deno.test("ifThere() gives undefined for what is not there, and no other error away", () => {
  assertEquals(ifThere(() => 3), 3);
  for (
    const look of [() => readText("/nowhere"), () => readText("/dev/null/x"), () => readLink("/dev/null")]
  ) {
    assertEquals(ifThere(look), undefined);
  }
  assertEquals(assertThrows(() => ifThere(() => writeText("/dev/full", "x")), VfioError).code, "ENOSPC");
  assertThrows(() => ifThere(() => readText("\0")), TypeError);
});

Deno.test("What is asked of a device or a group that is not there has no answer, and does not fail", () => {
  assertEquals([entryOf(ADDRESS), driverOf(ADDRESS), groupOf(ADDRESS), cdevOf(ADDRESS)], [
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  assertEquals([isVirtualFunction(ADDRESS), isBridge(ADDRESS), isNoIommu(GROUP)], [false, false, false]);
  assertEquals(membersOf(GROUP), []);
});
