import { assertEquals } from "@std/assert";
import { readText } from "../../os/files.ts";
import { removeFile, replaceFile } from "../../os/own_files.ts";
import { writePatiently } from "../../os/patient_write.ts";
import "./holdings.ts";

const LONG_MS = 60_000;

Deno.test("writePatiently() writes what it is given and nothing else, whatever a shell takes words for", () => {
  const path = `/tmp/vfio-test-${crypto.randomUUID()} $(id) "';`;
  using stack = new DisposableStack();
  stack.defer(() => removeFile(path));
  replaceFile(path, "before");
  for (const text of ["0000:00:04.0", "$(id) `id` \"'; %s \\n", ""]) {
    assertEquals([writePatiently(path, text, LONG_MS), readText(path)], ["done", text]);
  }
});

Deno.test("writePatiently() tells that a write failed", () => {
  assertEquals(writePatiently("/no such folder/file", "", LONG_MS), "failed");
  assertEquals(writePatiently("/dev/full", "text", LONG_MS), "failed");
});

Deno.test("writePatiently() leaves a write alone that is not done in time", () => {
  assertEquals(writePatiently("/dev/null", "", 0), "waiting");
});
