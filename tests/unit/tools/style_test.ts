import { assertEquals } from "@std/assert";
import { messageFault } from "../../../tools/lint/style.ts";
import { findings } from "./lint.ts";

Deno.test("private-fields wants #field", () => {
  const source = `class A {
    #a = 1;
    b = 1;
    private c = 1;
    protected d(): void {}
    private static e = 1;
    constructor(readonly f: number) {}
  }
  class B {
    private constructor() {}
  }`;
  assertEquals(findings("private-fields", "core/a.ts", source), [
    "private c = 1;",
    "private static e = 1;",
    "readonly f: number",
  ]);
});

Deno.test("erasable-syntax refuses enums and namespaces", () => {
  assertEquals(findings("erasable-syntax", "core/a.ts", "enum A { b }"), ["enum A { b }"]);
  assertEquals(findings("erasable-syntax", "core/a.ts", "namespace A { export const b = 1; }").length, 1);
  assertEquals(findings("erasable-syntax", "core/a.ts", "const A = { b: 1 } as const; type B = 1 | 2;"), []);
});

Deno.test("top-level-functions wants declarations at the top of a file, and only there", () => {
  const source =
    "const a = () => 1; export const b = async () => {}; function c() { const d = () => 1; return d; }";
  assertEquals(findings("top-level-functions", "core/a.ts", source), ["() => 1", "async () => {}"]);
});

Deno.test("error-messages wants a sentence without a full stop", () => {
  assertEquals(messageFault("Cannot map 4 bytes: the size is no multiple of a page"), undefined);
  assertEquals(messageFault("Cannot map 4 bytes."), "an error message has no full stop");
  assertEquals(messageFault("Cannot map: it isn't open"), "an error message has no contractions");
  assertEquals(
    messageFault("cannot map"),
    "an error message begins with a capital: Cannot <do> <value>: <state>",
  );
  assertEquals(messageFault("${name} is closed"), undefined);
});

Deno.test("error-messages looks at what an error is made of", () => {
  const source = 'new RangeError("no room."); new TypeError(`can\'t map ${n}`); new Thing("a b.");';
  assertEquals(findings("error-messages", "core/a.ts", source), ['"no room."', "`can't map ${n}`"]);
});
