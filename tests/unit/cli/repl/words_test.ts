import { assertEquals, assertStringIncludes } from "@std/assert";
import * as emulated from "../../../../cli/emulated.ts";
import * as library from "../../../../mod.ts";
import { replWords } from "../../../../cli/repl/words.ts";

const HERE = { base: import.meta.resolve("../../../../cli/"), version: "1.2.3" };
const LIBRARY = import.meta.resolve("../../../../mod.ts");
const EMULATED = import.meta.resolve("../../../../cli/emulated.ts");
const FOLDER = new URL("../../../../", import.meta.url).pathname;

Deno.test("replWords() opens a device with what stands beside the command, which the REPL may read", () => {
  const words = replWords(HERE, "0000:00:04.0", undefined);
  assertEquals(words.slice(0, -1), ["deno", "repl", "--allow-ffi", `--allow-read=${FOLDER}`, "--eval"]);
  assertEquals(words.at(-1)?.split("; ").slice(0, 2), [
    `const vfio = await import("${LIBRARY}")`,
    'const dev = vfio.openDevice("0000:00:04.0")',
  ]);
});

Deno.test("replWords() of a package names it and its version, and no file of it", () => {
  const installed = { base: "https://registry.example/@vfio/vfio/1.2.3/cli/", version: "1.2.3" };
  const line = replWords(installed, "0000:00:04.0", "edu").join(" ");
  assertStringIncludes(line, 'import("jsr:@vfio/vfio@1.2.3")');
  assertStringIncludes(line, 'import("jsr:@vfio/vfio@1.2.3/cli")');
  assertEquals([line.includes("registry.example"), line.includes("--allow")], [false, false]);
});

Deno.test("replWords() of an emulated machine has code that opens the device on it", async () => {
  const code = replWords(HERE, "0000:00:05.0", "edu,edu").at(-1) ?? "";
  // What is imported is not known before: a test without permissions gives it by hand.
  const given = code.replaceAll(/await import\(("[^"]+")\)/g, "modules[$1]");
  const run = new Function("modules", `${given}; using _dev = dev; return [dev.address, bar(0).read32(0)]`);
  assertEquals(await run({ [LIBRARY]: library, [EMULATED]: emulated }), ["0000:00:05.0", 0x0100_00ed]);
});

Deno.test("replWords() quotes what was asked for", () => {
  const code = replWords(HERE, "0000:00:04.0", '"); evil("').at(-1) ?? "";
  assertStringIncludes(code, 'emulatedBackend("\\"); evil(\\"")');
});
