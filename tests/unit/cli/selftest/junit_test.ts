import { assertEquals, assertStringIncludes } from "@std/assert";
import { junit } from "../../../../cli/selftest/junit.ts";

Deno.test("junit() writes a suite with its cases", () => {
  assertEquals(
    junit("vfio selftest 0000:00:04.0", [
      { name: "a", ok: true, ms: 1.5, detail: "3 of 3" },
      { name: "b", ok: false, ms: 0, message: "it did not" },
      { name: "c", ok: true, ms: 0, skip: "none there" },
    ]),
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="vfio selftest 0000:00:04.0" tests="3" failures="1" skipped="1" time="0.001500">
  <testcase classname="vfio selftest 0000:00:04.0" name="a" time="0.001500"><system-out>3 of 3</system-out></testcase>
  <testcase classname="vfio selftest 0000:00:04.0" name="b" time="0.000000"><failure message="it did not"/></testcase>
  <testcase classname="vfio selftest 0000:00:04.0" name="c" time="0.000000"><skipped message="none there"/></testcase>
</testsuite>
`,
  );
});

Deno.test("junit() keeps foreign text in its place", () => {
  const xml = junit("s", [{
    name: `"><x>`,
    ok: false,
    ms: 0,
    message: "]]>&\x00\x1b",
    comments: ["</testsuite>"],
  }]);
  assertStringIncludes(xml, "&quot;&gt;&lt;x&gt;");
  assertEquals(["<x>", "\x00", "\x1b"].some((part) => xml.includes(part)), false);
  assertEquals(xml.split("</testsuite>").length, 2);
});
