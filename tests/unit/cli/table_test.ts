import { assertEquals } from "@std/assert";
import { table, tree } from "../../../cli/table.ts";
import { red, render } from "../../../cli/text.ts";
import type { Line } from "../../../cli/text.ts";

function plain(lines: readonly Line[]): string[] {
  return lines.map((line) => render(line, false));
}

Deno.test("table() aligns columns by what is shown, and ends no line with spaces", () => {
  const columns = [{ title: "NAME" }, { title: "N", align: "right" }, { title: "STATE" }] as const;
  const rows = [["a\x1b", "7", [red("✗"), " bad"]], ["longer name", "10", ""]];
  assertEquals(plain(table(columns, rows)), [
    "NAME          N  STATE",
    "a\\x1b         7  ✗ bad",
    "longer name  10",
  ]);
});

Deno.test("table() without rows is its titles", () => {
  assertEquals(plain(table([{ title: "A" }, { title: "B" }], [])), ["A  B"]);
});

Deno.test("tree() draws lines to what is below", () => {
  const root = { line: ["root"], children: [{ line: ["a"], children: [{ line: ["b"] }] }, { line: ["c"] }] };
  assertEquals(plain(tree(root)), ["root", "├─ a", "│  └─ b", "└─ c"]);
});
