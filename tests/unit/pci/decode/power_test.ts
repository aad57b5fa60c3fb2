import { assertEquals } from "@std/assert";
import {
  decodeL1Substates,
  decodeLatencyTolerance,
  decodePowerAllocation,
  decodePowerBudgeting,
  decodeReadinessTime,
} from "../../../../pci/decode/power.ts";
import { scopeOf } from "./scopes.ts";

Deno.test("decodePowerBudgeting() tells watts", () => {
  const { data, watts, capabilities } = decodePowerBudgeting(scopeOf({ 8: 0x0001_8119, 12: 1 }));
  assertEquals([data?.type, data?.rail, watts, capabilities?.systemAllocated], [
    "sustained",
    "12 V",
    2.5,
    true,
  ]);
  assertEquals(decodePowerBudgeting(scopeOf({}, { size: 8 })).watts, undefined);
});

Deno.test("decodePowerAllocation() has an allocation for each substate", () => {
  const scope = scopeOf({ 4: 0x0a05_1102, 0x10: 0x0010_2030 });
  const { capabilities, allocations } = decodePowerAllocation(scope);
  assertEquals([capabilities?.latencyUnit, capabilities?.powerScale], [10, 1]);
  assertEquals([allocations, scope.length], [[0x30, 0x20, 0x10], 0x13]);
});

Deno.test("decodeLatencyTolerance() multiplies, and tells no time of a reserved scale", () => {
  const { maxSnoopNs, maxNoSnoopNs } = decodeLatencyTolerance(scopeOf({ 4: 0x1003_0803 }));
  assertEquals([maxSnoopNs, maxNoSnoopNs], [3 * 1024, 3 * 1048576]);
  const fields = decodeLatencyTolerance(scopeOf({ 4: 0x0000_1801 }));
  assertEquals([fields.maxSnoop?.scale, "maxSnoopNs" in fields, fields.maxNoSnoopNs], [
    "reserved 6",
    false,
    0,
  ]);
});

Deno.test("decodeL1Substates() tells times, and the status from version 2 on", () => {
  const words = { 4: 0x0029_0a1f, 8: 0x4005_0a0f, 12: 0x0000_002a, 16: 1 };
  const { powerOnUs, enabledPowerOnUs, ltrThresholdNs, status } = decodeL1Substates(scopeOf(words));
  assertEquals([powerOnUs, enabledPowerOnUs, ltrThresholdNs, status], [50, 500, 5 * 1024, undefined]);
  assertEquals(decodeL1Substates(scopeOf(words, { version: 2 })).status, { linkActivation: true });
  assertEquals("powerOnUs" in decodeL1Substates(scopeOf({ 4: 0x0003_0000 })), false);
});

Deno.test("decodeReadinessTime() tells four times", () => {
  const fields = decodeReadinessTime(scopeOf({ 4: 0x8020_1203, 8: 0x0000_2001 }));
  assertEquals([fields.times1?.valid, fields.resetNs, fields.linkUpNs], [true, 3 * 32, 1 * 32]);
  assertEquals([fields.functionLevelResetNs, fields.d3HotToD0Ns], [1, 2]);
});
