import { assertEquals } from "@std/assert";
import { codeOf } from "../../../tools/mutate/code.ts";
import type { Kind } from "../../../tools/mutate/mutants.ts";
import { mutantsOf, mutated } from "../../../tools/mutate/mutants.ts";
import { tokensOf } from "../../../tools/mutate/tokens.ts";

/** What becomes of a source, by the kinds that are asked for; all without. */
function after(source: string, ...kinds: Kind[]): string[] {
  const mutants = mutantsOf(source).filter(({ kind }) => kinds.length === 0 || kinds.includes(kind));
  return mutants.map((mutant) => mutated(source, mutant));
}

Deno.test("tokensOf() leaves out spaces and comments, and takes strings, templates and regular expressions whole", () => {
  const source = 'a /* < */ = "// 1" + `x ${b ? `}${1}` : {}} y` / 2; // <\nreturn /[/"]\\/+/g.test(#c);';
  assertEquals(tokensOf(source).map(({ text }) => text), [
    ...["a", "=", '"// 1"', "+", "`x ${b ? `}${1}` : {}} y`", "/", "2", ";"],
    ...["return", '/[/"]\\/+/g', ".", "test", "(", "#c", ")", ";"],
  ]);
});

Deno.test("tokensOf() reads numbers as they are written, and the longest sign there is", () => {
  const texts = tokensOf("0xffff_ffffn >>> 1_000.5 ?? 10e9 ... -0b11 ** .5 ?. a?.b").map(({ text }) => text);
  assertEquals(texts, [
    ...["0xffff_ffffn", ">>>", "1_000.5", "??", "10e9", "...", "-", "0b11", "**", ".5", "?.", "a", "?.", "b"],
  ]);
});

Deno.test("codeOf() leaves out imports, declarations of types, and annotations", () => {
  const source = `
import { a } from "./a.ts";
import type { B } from "./b.ts";
export { c } from "./c.ts";
type D = { d: 1 | 2; f: (x: number) => "EINVAL" };
export interface E<T extends 1 | 2> extends B<T> { e?: 3 & 4 }
export class F<T> extends Map<string, Map<string, T>> implements B<T> {
  readonly #f: 1 | 2 = g<4>(h);
  m({ x = 1, y }: { x?: 5 }, z?: readonly [6, 7][]): x is 8 | (() => 9) { return y as 8 satisfies 9; }
}`;
  assertEquals(
    codeOf(source).map(({ text }) => text).join(" "),
    "export class F extends Map implements B { readonly #f = g ( h ) ; m ( { x = 1 , y } , z ) { return y ; } }",
  );
});

Deno.test("codeOf() tells the colons of ternaries, cases and properties from those of annotations", () => {
  const source = `switch (a) {
  case b ? 1 : 2: {
    c = { d: 3, e: f ? (4) : 5, g(): 6 { return 7; } };
  }
  default:
    h((i): 8 => 9);
}`;
  assertEquals(
    codeOf(source).map(({ text }) => text).join(" "),
    "switch ( a ) { case b ? 1 : 2 : { c = { d : 3 , e : f ? ( 4 ) : 5 , g ( ) { return 7 ; } } ; } default : " +
      "h ( ( i ) => 9 ) ; }",
  );
});

Deno.test("mutantsOf() finds nothing in comments, types and texts", () => {
  const source = `
/** a < b, EINVAL, 1 */
import { a } from "./a.ts";
type B = "EINVAL" | 1;
interface C { readonly d: -1 | true }
const e: B | undefined = f("EINVAL: no", \`\${1 + 2}\`, g as 1 | 2);
`;
  assertEquals(after(source), []);
});

Deno.test("mutantsOf() takes each operator for another of its kind", () => {
  assertEquals(after("a = b < c && d >= e;", "boundary", "logic"), [
    "a = b <= c && d >= e;",
    "a = b < c || d >= e;",
    "a = b < c && d > e;",
  ]);
  assertEquals(after("a = b === c;", "equality"), ["a = b !== c;"]);
  assertEquals(after("a = b + -c % d;", "arithmetic"), ["a = b - -c % d;", "a = b + -c * d;"]);
  assertEquals(after("a |= b << (c & d);", "bits"), [
    "a &= b << (c & d);",
    "a |= b >> (c & d);",
    "a |= b << (c | d);",
  ]);
});

Deno.test("mutantsOf() makes numbers one greater, and turns booleans round", () => {
  assertEquals(after("a(0x1_0ff, 7n, 0.5, 0xffn, 9);", "number"), [
    "a(0x1100, 7n, 0.5, 0xffn, 9);",
    "a(0x1_0ff, 8n, 0.5, 0xffn, 9);",
    "a(0x1_0ff, 7n, 1.5, 0xffn, 9);",
    "a(0x1_0ff, 7n, 0.5, 0x100n, 9);",
    "a(0x1_0ff, 7n, 0.5, 0xffn, 10);",
  ]);
  assertEquals(after("a(true, false);", "boolean"), ["a(false, false);", "a(true, true);"]);
});

Deno.test("mutantsOf() leaves the widths of accesses", () => {
  assertEquals(after("a(b, 16, c(d, 8), e, 32);", "number"), []);
  assertEquals(after("a(8 * b, 16 | c);", "number"), ["a(9 * b, 16 | c);", "a(8 * b, 17 | c);"]);
});

Deno.test("mutantsOf() leaves what stands in for an element, which is there", () => {
  assertEquals(after("a = b[1] ?? 0;", "number"), ["a = b[2] ?? 0;"]);
  assertEquals(after("a = b ?? 0;", "number"), ["a = b ?? 1;"]);
});

Deno.test("mutantsOf() gives another errno, and another method of the same shape", () => {
  assertEquals(after('a("EINVAL", "EPERM", "Emulated");', "errno"), [
    'a("ENOENT", "EPERM", "Emulated");',
    'a("EINVAL", "EINVAL", "Emulated");',
  ]);
  assertEquals(after("a = b.some(c) || Math.max(some(d), e.min);", "choice"), [
    "a = b.every(c) || Math.max(some(d), e.min);",
    "a = b.some(c) || Math.min(some(d), e.min);",
  ]);
});

Deno.test("mutantsOf() turns a condition round, but for what the comparison's own mutant does", () => {
  assertEquals(after("if (a && !b(c)) d();", "condition"), ["if (!(a && !b(c))) d();"]);
  assertEquals(after("if (a === b) d();", "condition"), []);
});

Deno.test("mutantsOf() takes a statement of one line away, and what leaves a function or loop", () => {
  const source = `function a() {
  if (b) return c;
  else d = 1;
  for (const e of f) {
    e.g();
    h(
      i,
    );
  }
  const j = { k: l() };
  throw m;
}`;
  assertEquals(
    mutantsOf(source).filter(({ kind }) => kind === "exit").map(({ line, after }) => [line, after]),
    [
      [2, "if (b) ;"],
      [11, ";"],
    ],
  );
  assertEquals(
    mutantsOf(source).filter(({ kind }) => kind === "statement").map(({ line, after }) => [line, after]),
    [
      [3, "else ;"],
      [5, ";"],
    ],
  );
});

Deno.test("mutantsOf() leaves the members of a class", () => {
  assertEquals(after("class A {\n  #b = c();\n  d(): void {\n    this.#b = e;\n  }\n}", "statement"), [
    "class A {\n  #b = c();\n  d(): void {\n    ;\n  }\n}",
  ]);
});

Deno.test("mutantsOf() tells the line, and what becomes of it", () => {
  assertEquals(mutantsOf("a();\n\n  b(1);\n").filter(({ kind }) => kind === "number"), [
    { kind: "number", line: 3, at: 10, end: 11, text: "2", before: "b(1);", after: "b(2);" },
  ]);
});

Deno.test("tokensOf() ends with the source, even within a template", () => {
  assertEquals(tokensOf("a = `${b").map(({ text }) => text), ["a", "=", "`${b"]);
});
