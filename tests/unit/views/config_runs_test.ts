import { assertEquals } from "@std/assert";
import { rowsOf } from "../../../views/config_runs.ts";
import type { Row } from "../../../views/config_runs.ts";

const AREA = {
  name: "A",
  at: 4,
  size: 8,
  registers: { word: { at: 0, width: 16 }, all: { at: 0, width: 32 }, byte: { at: 5, width: 8 } },
} as const;

function shown(row: Row | undefined): string {
  if (row === undefined) return "";
  if ("value" in row) return `${row.at}-${row.last} all ${row.value}`;
  return row.runs.map(({ at, size, register, area, hidden }) =>
    `${at}+${size}${area === undefined ? "" : ` ${register?.name ?? "?"}`}${hidden ? " hidden" : ""}`
  ).join(", ");
}

Deno.test("rowsOf() cuts a row where registers begin and end", () => {
  const [row] = rowsOf(new Uint8Array(16), [AREA], []);
  assertEquals(shown(row), "0+4, 4+2 word, 6+2 all, 8+1 ?, 9+1 byte, 10+2 ?, 12+4");
});

Deno.test("rowsOf() cuts where bytes were taken out", () => {
  const [row] = rowsOf(new Uint8Array(16), [AREA], [{ at: 6, size: 1, name: "x" }]);
  assertEquals(shown(row), "0+4, 4+2 word, 6+1 all hidden, 7+1 all, 8+1 ?, 9+1 byte, 10+2 ?, 12+4");
});

Deno.test("rowsOf() makes one of rows that hold nothing, and keeps a single one", () => {
  const bytes = new Uint8Array(16 * 8);
  bytes.fill(0xff, 16 * 5, 16 * 7);
  bytes[16 * 3] = 1;
  assertEquals(rowsOf(bytes, [AREA], []).slice(1).map(shown), [
    "16-47 all 0",
    "48+16",
    "64+16",
    "80-111 all 255",
    "112+16",
  ]);
});

Deno.test("rowsOf() stops where the bytes do", () => {
  assertEquals(rowsOf(new Uint8Array(20), [{ name: "A", at: 18, size: 100 }], []).map(shown), [
    "0+16",
    "16+2, 18+2 ?",
  ]);
  assertEquals(rowsOf(new Uint8Array(), [], []), []);
});
