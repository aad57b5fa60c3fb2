import { assertEquals } from "@std/assert";
import { NVME_COMMANDS } from "../../../../../devices/nvme/registers_commands.ts";
import { NVME_COMMAND } from "../../../../../devices/nvme/registers_entries.ts";
import { COMMAND, COMPLETION, FUA, highOf, lowOf } from "../../../../../devices/nvme/driver/entry_words.ts";

Deno.test("lowOf() and highOf() cut numbers and bigints alike", () => {
  for (const lba of [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 44 + 2 ** 31 + 3, Number.MAX_SAFE_INTEGER]) {
    assertEquals([lowOf(lba), highOf(lba)], [lowOf(BigInt(lba)), highOf(BigInt(lba))]);
    assertEquals(highOf(lba) * 2 ** 32 + lowOf(lba), lba);
  }
  assertEquals([lowOf(2n ** 64n - 2n), highOf(2n ** 64n - 2n)], [0xffff_fffe, 0xffff_ffff]);
});

Deno.test("Words are where the specification has them", () => {
  assertEquals(COMMAND, { words: 16, opcode: 0, namespace: 1, prp1: 6, blocks: 12 });
  assertEquals(COMPLETION, { words: 4, result: 0, from: 2, end: 3, phase: 16 });
  assertEquals(FUA, 0x4000_0000);
});

Deno.test("PRP1, PRP2, the first block and their count stand in a row, as COMMAND says", () => {
  const { blocks } = NVME_COMMANDS;
  const row = [NVME_COMMAND.prp1, NVME_COMMAND.prp2, blocks.slba, blocks.cdw12].map(({ at }) => at >>> 2);
  assertEquals(row, [0, 2, 4, 6].map((word) => COMMAND.prp1 + word));
});
