import { assertEquals } from "@std/assert";
import {
  ignoredExamples,
  layers,
  medianLines,
  names,
  relics,
  sizes,
  suppressions,
} from "../../../tools/house/rules.ts";

function lines(count: number): string {
  return "x\n".repeat(count);
}

Deno.test("layers() says who imports what, and where", () => {
  const imports = [
    { from: "core/a.ts", line: 3, to: "pci/b.ts" },
    { from: "core/a.ts", line: 4, to: "core/gone.ts", error: "Module not found" },
    { from: "core/a.ts", line: 5, to: "core/b.ts" },
  ];
  assertEquals(layers(imports, new Set()), [
    { path: "core/a.ts", line: 3, message: "imports pci/b.ts: core may import nothing" },
    { path: "core/a.ts", line: 4, message: "imports core/gone.ts: Module not found" },
  ]);
});

Deno.test("relics() finds library files that no export leads to", () => {
  const imports = [{ from: "mod.ts", line: 1, to: "core/a.ts" }, {
    from: "tests/b_test.ts",
    line: 1,
    to: "core/b.ts",
  }];
  const paths = [
    "mod.ts",
    "core/a.ts",
    "core/b.ts",
    "uapi/whole_header.ts",
    "cli/vfio.ts",
    "tests/b_test.ts",
    "backends/qemu/old.ts",
  ];
  assertEquals(relics(paths, imports, new Set(["mod.ts"])).map(({ path }) => path), ["core/b.ts"]);
});

Deno.test("names() wants snake_case", () => {
  const paths = [
    "core/iommu_driver.ts",
    "tests/unit/a_test.ts",
    "core/IommuDriver.ts",
    "core/iommu-driver.ts",
    "a/b.test.ts",
  ];
  assertEquals(names(paths).map(({ path }) => path), [
    "core/IommuDriver.ts",
    "core/iommu-driver.ts",
    "a/b.test.ts",
  ]);
});

Deno.test("sizes() allows 300 lines, and tables any number", () => {
  const files = [
    { path: "core/a.ts", text: lines(300) },
    { path: "core/b.ts", text: lines(301) },
    { path: "core/c.ts", text: `${lines(300)}x` },
    { path: "core/errno_data.ts", text: lines(999) },
    { path: "uapi/vfio.ts", text: lines(999) },
    { path: "README.md", text: lines(999) },
    { path: "tests/unit/a_test.ts", text: lines(301) },
  ];
  assertEquals(sizes(files).map(({ path }) => path), ["core/b.ts", "core/c.ts", "tests/unit/a_test.ts"]);
});

Deno.test("medianLines() looks at the library, tables apart", () => {
  const files = [
    { path: "core/a.ts", text: lines(10) },
    { path: "core/b.ts", text: lines(30) },
    { path: "os/c.ts", text: lines(20) },
    { path: "uapi/vfio.ts", text: lines(900) },
    { path: "pci/ids_data.ts", text: lines(900) },
    { path: "tests/a_test.ts", text: lines(900) },
  ];
  assertEquals(medianLines(files), 20);
  assertEquals(medianLines([]), 0);
});

Deno.test("suppressions() finds comments that switch a gate off", () => {
  const text = [
    "// deno-lint-ignore no-explicit-any -- said why",
    "// deno-lint-ignore vfio/fence",
    "  // deno-lint-ignore-file",
    "// @ts-ignore",
    "// @ts-expect-error",
    'const said = "// @ts-nocheck";',
  ].join("\n");
  const found = (path: string) => suppressions([{ path, text }]).map(({ line }) => line);
  assertEquals(found("core/a.ts"), [2, 3, 4, 5]);
  assertEquals(found("tests/unit/a_test.ts"), [2, 3, 4]);
  assertEquals(found("README.md"), []);
});

Deno.test("ignoredExamples() finds what the project's pages do not run", () => {
  const text = "```ts\n```\n```ts ignore\n```\n```sh\n```\n";
  for (const path of ["README.md", "docs/page.md"]) {
    assertEquals(ignoredExamples([{ path, text }]).map(({ line }) => line), [3], path);
  }
  for (const path of ["core/a.ts", "tests/vm/README.md"]) assertEquals(ignoredExamples([{ path, text }]), []);
});
