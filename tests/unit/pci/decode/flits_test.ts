import { assertEquals } from "@std/assert";
import { FLIT_ERROR_INJECTION } from "../../../../pci/decode/flit_data.ts";
import {
  decodeFlitLogging,
  decodeFlitPerformance,
  decodeRegisterBlockLocator,
} from "../../../../pci/decode/flits.ts";
import { scopeOf } from "./scopes.ts";

Deno.test("decodeFlitLogging() counts the errors of 16 lanes", () => {
  const scope = scopeOf({ 4: 0x0102_2009, 0x0c: 0x0502_0012, 0x1c: 0x0002_0001, 0x38: 0x0010_000f });
  const { errorLog1, counterControl, counterStatus, laneErrors } = decodeFlitLogging(scope);
  assertEquals([errorLog1?.valid, errorLog1?.linkWidth, errorLog1?.more, errorLog1?.parity0], [
    true,
    16,
    true,
    2,
  ]);
  assertEquals([counterControl?.interruptEnable, counterControl?.trigger], [true, 1]);
  assertEquals([counterStatus?.linkWidth, counterStatus?.errors], [4, 5]);
  assertEquals([laneErrors.length, laneErrors[1], laneErrors[15]], [16, 2, 0x10]);
  assertEquals(scope.length, 0x3c);
});

Deno.test("decodeRegisterBlockLocator() lists blocks as far as its length goes", () => {
  const scope = scopeOf({ 4: 0x18, 8: 0x0001_0102, 12: 1, 16: 0x0000_ff00, 24: 0x0000_0101 });
  assertEquals(decodeRegisterBlockLocator(scope), {
    capabilities: { length: 0x18 },
    blocks: [
      { bar: 2, block: "MMIO capabilities", offset: "0x0000000100010000" },
      { bar: 0, block: "designated vendor-specific", offset: "0x0000000000000000" },
    ],
  });
  assertEquals(decodeRegisterBlockLocator(scopeOf({ 4: 4 })).blocks, []);
  const cut = scopeOf({ 4: 0xfff }, { size: 0x14 });
  assertEquals([decodeRegisterBlockLocator(cut).blocks.length, cut.truncated], [1, true]);
});

Deno.test("decodeFlitPerformance() lists as many trackers of link states as there are, and 5 at most", () => {
  const scope = scopeOf({ 4: 0x0000_0803, 8: 0x0100_5095, 0x0c: 0x0012_348a, 0x10: 0x0000_0585, 0x14: 3 });
  const { capability, control, status, trackers } = decodeFlitPerformance(scope);
  assertEquals(capability, { vector: 3, trackers: 2 });
  assertEquals([control?.enable, control?.flitToAck, control?.flitToNak, control?.nakToReplay], [
    true,
    false,
    true,
    false,
  ]);
  assertEquals([control?.flitType, control?.flits, control?.delayLimit, control?.l0ToRecovery], [
    "payload",
    2,
    200,
    true,
  ]);
  assertEquals([control?.l0p, control?.transitions, control?.shortLimit, control?.longLimit], [
    false,
    0,
    6.4,
    "none",
  ]);
  assertEquals(status, { state: "completed", flits: 2, interrupt: true, counter: 0x1234 });
  assertEquals(trackers, [
    { state: "started", transitions: 1, interrupt: true, counter: 5 },
    { state: "error", transitions: 0, interrupt: false, counter: 0 },
  ]);
  assertEquals(scope.length, 0x18);
  assertEquals(decodeFlitPerformance(scopeOf({ 4: 7 << 10 })).trackers.length, 5);
  const cut = scopeOf({ 4: 5 << 10 }, { size: 0x18 });
  assertEquals([decodeFlitPerformance(cut).trackers.length, cut.truncated], [2, true]);
});

Deno.test("Flit Error Injection has the speeds of its flits in bits 3 to 8", () => {
  const fields = scopeOf({ 8: 0b1_0000_1000 }).read(FLIT_ERROR_INJECTION).control1;
  assertEquals([fields?.speed2_5, fields?.speed5, fields?.speed32, fields?.speed64], [
    true,
    false,
    false,
    true,
  ]);
});
