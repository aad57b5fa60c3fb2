import { assertEquals } from "@std/assert";
import { brokenLinks, doorsWithoutExample } from "../../../tools/house/pages.ts";

const PAGE = "docs/page.md";

function faultsOf(text: string): [number | undefined, string][] {
  const files = [
    { path: PAGE, text },
    { path: "README.md", text: "# A title\n## What `--allow-ffi` means: *all*\n" },
    { path: "core/memory.ts", text: "" },
  ];
  return brokenLinks(files).map(({ line, message }) => [line, message]);
}

Deno.test("brokenLinks() finds pages, files and headings that are not there", () => {
  assertEquals(faultsOf("[a](../GONE.md)\n\n[b](../core/gone.ts), [c](../README.md#gone) [d](#here)"), [
    [1, "links to GONE.md, which is not there"],
    [3, "links to core/gone.ts, which is not there"],
    [3, "links to README.md#gone, and no heading there is called so"],
    [3, `links to ${PAGE}#here, and no heading there is called so`],
  ]);
});

Deno.test("brokenLinks() takes what is there, what is elsewhere, and what it cannot see", () => {
  const links = [
    "../README.md#what---allow-ffi-means-all",
    "../core/memory.ts",
    "#mine",
    "https://deno.com",
    "./a.svg",
  ];
  assertEquals(faultsOf(`## Mine\n${links.map((link) => `[x](${link})`).join("\n")}`), []);
});

Deno.test("brokenLinks() leaves code alone", () => {
  assertEquals(faultsOf("```ts\na[0](gone.md);\n```\n[b](gone.md)"), [[
    4,
    "links to docs/gone.md, which is not there",
  ]]);
});

Deno.test("doorsWithoutExample() finds exported files that do not say how they are used", () => {
  const files = [
    { path: "a.ts", text: "/** Words. */\nexport {};" },
    { path: "b.ts", text: "/**\n * Words.\n *\n * @module\n */" },
    { path: "c.ts", text: "/**\n * Words.\n *\n * @example\n * ```ts\n * 1;\n * ```\n *\n * @module\n */" },
    {
      path: "d.ts",
      text: "#!/usr/bin/env deno\n/**\n * Words.\n *\n *     deno run d.ts\n *\n * @module\n */",
    },
    { path: "e.ts", text: "export {};" },
  ];
  assertEquals(doorsWithoutExample(files, new Set(["a.ts", "b.ts", "c.ts", "d.ts"])), [
    { path: "a.ts", message: "is exported, and does not begin with a doc of the @module" },
    { path: "b.ts", message: "is exported, and its doc shows no example" },
  ]);
});
