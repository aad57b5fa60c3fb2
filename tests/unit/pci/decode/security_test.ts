import { assertEquals } from "@std/assert";
import { decodeEncryption } from "../../../../pci/decode/security.ts";
import { scopeOf } from "./scopes.ts";

Deno.test("decodeEncryption() reads link streams, then selective ones with their addresses", () => {
  const scope = scopeOf({
    4: 0x0101_2003,
    0x0c: 0x0500_0011,
    0x10: 0x8000_0002,
    0x14: 0x0600_0001,
    // Two selective streams: the first with an address association, the second with none.
    0x1c: 1,
    0x20: 0x0740_0001,
    0x24: 2,
    0x28: 0x00ff_ff00,
    0x2c: 0x0200_0101,
    0x30: 0xfff0_0101,
    0x34: 2,
    0x38: 1,
    0x3c: 0,
    0x40: 0x0880_0000,
  });
  const { capabilities, linkStreams, selectiveStreams } = decodeEncryption(scope);
  assertEquals([capabilities?.linkTrafficClasses, capabilities?.selectiveStreams], [2, 2]);
  assertEquals(linkStreams.map(({ control }) => control?.id), [5, 6]);
  assertEquals(linkStreams[0]?.status, { state: "secure", integrityCheckFailed: true });
  assertEquals(linkStreams[0]?.control?.postedAggregation, 2);
  assertEquals(
    selectiveStreams.map(({ control }) => [control?.id, control?.defaultStream, control?.teeLimited]),
    [
      [7, true, false],
      [8, false, true],
    ],
  );
  assertEquals(selectiveStreams[0]?.requester2, { valid: true, base: 1, segment: 2 });
  assertEquals(selectiveStreams[0]?.addresses, [
    { valid: true, base: "0x0000000100100000", limit: "0x00000002ffffffff" },
  ]);
  assertEquals([scope.length, scope.truncated], [0x50, false]);
});

Deno.test("decodeEncryption() has no streams of a kind that is not supported", () => {
  const scope = scopeOf({ 4: 0x00ff_e000 });
  const { linkStreams, selectiveStreams } = decodeEncryption(scope);
  assertEquals([linkStreams, selectiveStreams, scope.length], [[], [], 12]);
});

Deno.test("decodeEncryption() ends where the space does, whatever it counts", () => {
  const scope = scopeOf({ 4: 0x00ff_0002, 0x0c: 0x0f }, { size: 0x40 });
  const { selectiveStreams } = decodeEncryption(scope);
  assertEquals([selectiveStreams.length, selectiveStreams[0]?.addresses.length], [1, 3]);
  assertEquals([selectiveStreams[0]?.addresses[2], scope.truncated], [{}, true]);
});
