import { assertEquals } from "@std/assert";
import { MsixTable } from "../../../devices/msix_table.ts";

function table(vectors: number) {
  const unmasked: number[] = [];
  return { table: new MsixTable(vectors, (vector) => unmasked.push(vector)), unmasked };
}

Deno.test("MsixTable has an entry of 16 bytes a vector and pending bits in whole quad words", () => {
  for (
    const [vectors, size, pending] of [[1, 16, 8], [64, 1024, 8], [65, 1040, 16], [2048, 32768, 256]] as const
  ) {
    const { table: { size: bytes, pendingSize, vectors: count } } = table(vectors);
    assertEquals([bytes, pendingSize, count], [size, pending, vectors]);
  }
});

Deno.test("MsixTable masks all vectors by default", () => {
  const { table: it } = table(3);
  assertEquals([0, 1, 2].map((vector) => it.masked(vector)), [true, true, true]);
  assertEquals([0, 4, 8, 12].map((at) => it.read(at, 32)), [0, 0, 0, 1]);
  assertEquals(it.masked(3), true);
});

Deno.test("MsixTable gives a vector's message as it was written", () => {
  const { table: it } = table(2);
  it.write(16, 32, 0xfee0_1007);
  it.write(20, 32, 0xffff_ffff);
  it.write(24, 32, 0x4021);
  assertEquals(it.message(1), { address: 0xffff_ffff_fee0_1004n, data: 0x4021 });
  assertEquals(it.message(0), { address: 0n, data: 0 });
  assertEquals([it.read(16, 32), it.read(20, 16), it.read(25, 8)], [0xfee0_1004, 0xffff, 0x40]);
});

Deno.test("MsixTable takes only the mask bit of a vector's control", () => {
  const { table: it, unmasked } = table(2);
  it.write(12, 32, 0xffff_fffe);
  assertEquals([it.read(12, 32), it.masked(0), unmasked], [0, false, [0]]);
  it.write(12, 32, 0xffff_ffff);
  assertEquals([it.read(12, 32), it.masked(0), unmasked], [1, true, [0]]);
});

Deno.test("MsixTable tells of a vector that was unmasked, once", () => {
  const { table: it, unmasked } = table(2);
  it.write(28, 32, 0);
  it.write(28, 32, 0);
  it.write(16, 32, 0xfee0_0000);
  assertEquals(unmasked, [1]);
});

Deno.test("MsixTable ignores writes of parts of a double word", () => {
  const { table: it, unmasked } = table(1);
  it.write(12, 8, 0);
  it.write(12, 16, 0);
  it.write(0, 16, 0xffff);
  assertEquals([it.masked(0), it.read(0, 32), unmasked], [true, 0, []]);
});

Deno.test("MsixTable keeps pending bits, which the host can read but not write", () => {
  const { table: it } = table(65);
  for (const vector of [0, 31, 32, 64]) it.setPending(vector);
  assertEquals([0, 4, 8, 12].map((at) => it.pending.read(at, 32)), [0x8000_0001, 1, 1, 0]);
  assertEquals([it.pending.read(3, 8), it.pending.read(2, 16)], [0x80, 0x8000]);
  it.pending.write(0, 32, 0);
  assertEquals([31, 31, 64, 1].map((vector) => it.takePending(vector)), [true, false, true, false]);
  assertEquals(it.pending.read(0, 32), 1);
});

Deno.test("MsixTable.reset() masks all vectors and forgets what is pending", () => {
  const { table: it } = table(2);
  for (const at of [0, 4, 8, 12]) it.write(at, 32, 0);
  it.setPending(1);
  it.reset();
  assertEquals([it.masked(0), it.takePending(1), it.message(0)], [true, false, { address: 0n, data: 0 }]);
});
