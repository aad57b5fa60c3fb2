import { assert, assertEquals } from "@std/assert";
import { kernelLog, parseRecord } from "../../backends/linux/kernel_log.ts";
import "./holdings.ts";

Deno.test("parseRecord() reads a record, and leaves its properties", () => {
  const record =
    "6,339,5140900,-;vfio-pci 0000:00:04.0: enabling; now\n SUBSYSTEM=pci\n DEVICE=+pci:0000:00:04.0\n";
  assertEquals(parseRecord(record), {
    sequence: 339,
    seconds: 5.1409,
    text: "vfio-pci 0000:00:04.0: enabling; now",
  });
  assertEquals(parseRecord("4,2,0,-,caller=T1;x\n")?.text, "x");
  for (const none of ["", "x", "6,1;x", ",,,;x"]) assertEquals(parseRecord(none), undefined);
});

Deno.test("kernelLog() reads lines in their order, and those behind another", () => {
  const lines = kernelLog(-1);
  if (lines === undefined || lines.length < 2) return;
  const sequences = lines.map(({ sequence }) => sequence);
  assertEquals(sequences, sequences.toSorted((a, b) => a - b));
  const [first] = sequences;
  assert(first !== undefined);
  assertEquals(kernelLog(first)?.[0]?.sequence, sequences[1]);
});
