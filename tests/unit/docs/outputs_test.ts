import { assert, assertEquals } from "@std/assert";
import readme from "../../../README.md" with { type: "text" };
import cookbook from "../../../docs/cookbook.md" with { type: "text" };
import tutorial from "../../../docs/tutorial.md" with { type: "text" };
import { outputOf, programsIn, tells } from "./outputs.ts";

for (
  const [path, page] of Object.entries({
    "README.md": readme,
    "docs/cookbook.md": cookbook,
    "docs/tutorial.md": tutorial,
  })
) {
  Deno.test(`${path} says what its programs print`, async () => {
    const programs = programsIn(page).filter(({ told, output }) => told.length > 0 || output !== undefined);
    assert(programs.length > 0);
    for (const program of programs) {
      const lines = await outputOf(program);
      if (program.output !== undefined) assertEquals(`${lines.join("\n")}\n`, program.output);
      for (const text of program.told) {
        assert(
          lines.some((line) => tells(text, line)),
          `${path} says "${text}", not ${JSON.stringify(lines)}`,
        );
      }
    }
  });
}

Deno.test("programsIn() finds what programs are said to print", () => {
  const page =
    "```ts\nconsole.log(1); // 1\n```\n\n```\n1\n```\n\n```ts\nDeno.test(f);\n```\n\n```ts\n2;\n```\n\nText\n\n```\n3\n```\n";
  assertEquals(programsIn(page), [
    { code: "console.log(1); // 1\n", told: ["1"], output: "1\n" },
    { code: "2;\n", told: [], output: undefined },
  ]);
});

Deno.test("outputOf() runs a program with the modules that it imports", async () => {
  const code =
    'import { formatSize } from "@vfio/vfio/views";\nconsole.log("a", 1, formatSize(4096n), [2n]);\n';
  assertEquals(await outputOf({ code, told: [], output: undefined }), ["a 1 4 KiB [ 2n ]"]);
});

Deno.test("tells() knows a line, one with a reason, and how one begins", () => {
  assertEquals([
    tells("1", "1"),
    tells("1: why", "1"),
    tells("one ...", "one two"),
    tells("12", "1"),
    tells("1", "12"),
  ], [
    true,
    true,
    true,
    false,
    false,
  ]);
});
