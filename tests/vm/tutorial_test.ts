import { assertEquals } from "@std/assert";
import { boot } from "./harness/mod.ts";

/** Where the guest finds it: beside files that import the same names. */
const FILE = "examples/tutorial.ts";

/** The last program of the page, whole, and what the page says that it prints. */
async function tutorial(): Promise<{ readonly code: string; readonly output: string }> {
  const page = await Deno.readTextFile(new URL("../../docs/tutorial.md", import.meta.url));
  const [, code = "", output = ""] =
    /## The whole driver\n\n```ts\n([^]*?)```\n\n```\n([^]*?)```\n/.exec(page) ?? [];
  return { code, output };
}

Deno.test("The tutorial's driver prints on a real kernel, as a user, what the page says", async () => {
  const { code, output } = await tutorial();
  const script = `deno run --no-check --no-prompt --allow-ffi ${FILE} $VFIO_EDU`;
  const result = await boot({ devices: ["edu"], user: true, files: { [FILE]: code } }, script);
  assertEquals(result.status, 0, `${result.reason ?? ""}\n${result.stdout}\n${result.stderr}`);
  assertEquals(result.stdout, output);
});
