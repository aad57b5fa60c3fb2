import { assertEquals } from "@std/assert";
import {
  decodeAlternateProtocol,
  decodeLaneMargining,
  decodePhysical16,
  decodePhysical32,
  decodePhysical64,
  decodeProtocolMultiplexing,
  decodeSecondaryExpress,
} from "../../../../pci/decode/physical.ts";
import { scopeOf } from "./scopes.ts";

Deno.test("the decoders of physical layers have something for each lane, where their layout has it", () => {
  const words = { 0x08: 0x0002_0001, 0x0c: 0x7654_3210, 0x10: 0x0000_0084, 0x20: 0x0000_0093 };
  const two = { lanes: 2 };
  const secondary = decodeSecondaryExpress(scopeOf(words, two));
  assertEquals([secondary.laneErrors, secondary.lanes.length], [0x0002_0001, 2]);
  assertEquals(secondary.lanes[1], {
    downstreamPreset: 4,
    downstreamHint: 5,
    upstreamPreset: 6,
    upstreamHint: 7,
  });
  const lane = { downstreamPreset: 3, upstreamPreset: 9 };
  assertEquals(decodePhysical16(scopeOf(words, two)).lanes, [lane, {
    downstreamPreset: 0,
    upstreamPreset: 0,
  }]);
  assertEquals(decodePhysical32(scopeOf(words, two)).lanes[0], lane);
  assertEquals(decodePhysical64(scopeOf(words, two)).lanes[0], { downstreamPreset: 4, upstreamPreset: 8 });
  const margining = decodeLaneMargining(scopeOf({ 4: 0x0003_0001, 8: 0x0000_9c39 }, two));
  assertEquals(margining.status, { ready: true, softwareReady: true });
  assertEquals(margining.lanes[0]?.control, { receiver: 1, type: 7, usageModel: false, payload: 0x9c });
});

Deno.test("the decoders of physical layers know of no lanes without a link, and of 32 at most", () => {
  assertEquals(decodePhysical16(scopeOf({})).lanes, []);
  const many = scopeOf({}, { lanes: 63 });
  assertEquals([decodePhysical32(many).lanes.length, many.length], [32, 0x40]);
  const cut = scopeOf({}, { lanes: 16, size: 0x25 });
  assertEquals([decodePhysical16(cut).lanes.length, cut.truncated], [5, true]);
});

Deno.test("decodeProtocolMultiplexing() lists as many protocols as are said", () => {
  const scope = scopeOf({ 4: 0x0000_0702, 8: 0x0000_0201, 0x10: 0x1234_0001, 0x14: 0x5678_0002 });
  assertEquals(decodeProtocolMultiplexing(scope).protocols, [
    { protocol: { id: 1, authority: 0x1234 } },
    { protocol: { id: 2, authority: 0x5678 } },
  ]);
});

Deno.test("decodeAlternateProtocol() has a mask where protocols are enabled one by one", () => {
  assertEquals(decodeAlternateProtocol(scopeOf({ 4: 0x101, 0x14: 5 })).selectiveEnable, 5);
  assertEquals(decodeAlternateProtocol(scopeOf({ 4: 0x001, 0x14: 5 })).selectiveEnable, undefined);
});
