import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Column, Outcome } from "./agreement.ts";
import { formatAgreement, outcomesOf, verdictOf } from "./agreement.ts";

function column(emulated: boolean, outcomes: Readonly<Record<string, Outcome>>): Column {
  const title = emulated ? "emulated as 6.1" : "Linux 6.1.0";
  return { title, emulated, outcomes: new Map(Object.entries(outcomes)) };
}

const EMULATED = column(true, { "1. a": "passed", "2. b": "passed", "3. c": "failed" });
const LINUX = column(false, { "1. a": "passed", "3. c": "passed", "4. d": "passed" });
const ROWS = [
  ...["1. a", "2. b", "3. c"].map((name) => ({ name })),
  ...["4. d", "5."].map((name) => ({ name, why: "has none" })),
];

Deno.test("outcomesOf() joins the modes of a machine: what failed in one of them failed", () => {
  const tests = [
    { name: "1. a() says (it) (Linux 6.1, type1v2)", outcome: "passed" },
    { name: "1. a() says (it) (Linux 6.1, type1)", outcome: "failed" },
    { name: "2. b (Linux 6.1, type1v2)", outcome: "failed" },
    { name: "2. b (Linux 6.1, type1)", outcome: "passed" },
    { name: "3. c (Linux 6.1, type1)", outcome: "ignored" },
  ] as const;
  assertEquals([...outcomesOf(tests)], [["1. a() says (it)", "failed"], ["2. b", "failed"]]);
});

Deno.test("verdictOf() tells on which side a case was run, and whether one of them differs", () => {
  const verdicts = ROWS.map(({ name }) => verdictOf([EMULATED, LINUX], name));
  assertEquals(verdicts, ["both", "not on QEMU", "differs", "linux only", "not run"]);
});

Deno.test("formatAgreement() marks each machine, names what differs, and gives the emulated host's share", () => {
  const text = formatAgreement([EMULATED, LINUX], ROWS);
  assertStringIncludes(text, "A  emulated as 6.1\nB  Linux 6.1.0\n");
  assertStringIncludes(
    text,
    "+.  not on QEMU  2. b\n!+  differs      3. c\n.+  linux only   4. d (has none)\n",
  );
  assertStringIncludes(text, "differs: 3. c (fails on emulated as 6.1)\n");
  assertStringIncludes(text, "5 cases: 1 both, 1 linux only, 1 not on QEMU, 1 differs, 1 not run\n");
  assertStringIncludes(text, "agrees in 1 of the 3 cases that Linux was asked: 33.3 %\n");
  assertStringIncludes(text, "linux only, the emulated host has none: 1");
});
