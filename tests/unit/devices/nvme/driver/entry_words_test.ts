import { assertEquals } from "@std/assert";
import { COMMAND, COMPLETION, FUA, highOf, lowOf } from "../../../../../devices/nvme/driver/entry_words.ts";

Deno.test("lowOf() and highOf() cut numbers and bigints alike", () => {
  for (const lba of [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 44 + 2 ** 31 + 3, Number.MAX_SAFE_INTEGER]) {
    assertEquals([lowOf(lba), highOf(lba)], [lowOf(BigInt(lba)), highOf(BigInt(lba))]);
    assertEquals(highOf(lba) * 2 ** 32 + lowOf(lba), lba);
  }
  assertEquals([lowOf(2n ** 64n - 2n), highOf(2n ** 64n - 2n)], [0xffff_fffe, 0xffff_ffff]);
});

Deno.test("Words are where the specification has them", () => {
  assertEquals(COMMAND, { words: 16, opcode: 0, namespace: 1, prp1: 6, prp2: 8, lba: 10, blocks: 12 });
  assertEquals(COMPLETION, { words: 4, result: 0, from: 2, end: 3, phase: 16 });
  assertEquals(FUA, 0x4000_0000);
});
