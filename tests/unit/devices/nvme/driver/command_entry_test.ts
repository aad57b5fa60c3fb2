import { assertEquals } from "@std/assert";
import { NVME_COMMANDS } from "../../../../../devices/mod.ts";
import { commandEntry } from "../../../../../devices/nvme/driver/command_entry.ts";

Deno.test("commandEntry() writes what is told, and zeros elsewhere", () => {
  const entry = commandEntry(
    { opcode: 0x80, namespace: 7, prp1: 0x1_0000_2000n },
    NVME_COMMANDS.formatNvm,
    ({ cdw10 }) => cdw10.write({ lbaf: 4, ses: 1 }),
  );
  assertEquals([...entry], [0x80, 7, 0, 0, 0, 0, 0x2000, 1, 0, 0, 0x204, 0, 0, 0, 0, 0]);
  assertEquals([...commandEntry({ opcode: 0x0c }, {}, () => {})], [0x0c, ...new Array(15).fill(0)]);
});
