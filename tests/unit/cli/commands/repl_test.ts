import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { EmulatedEdu } from "../../../../devices/mod.ts";
import { EmulatedHost } from "../../../../backends/emulated/mod.ts";
import { documentOf, vfio } from "../captured_io.ts";

Deno.test("repl prints a command line for a shell, and how to use what it opens", async () => {
  const backend = new EmulatedHost().plug("0000:00:04.0", new EmulatedEdu());
  const { status, out, err } = await vfio(["repl", "1234:11e8"], { backend });
  assertEquals(status, 0);
  assertMatch(
    out,
    /^deno repl --allow-ffi --allow-read=\S+ --eval 'const vfio = await import\(".*\/mod\.ts"\); .*'\n$/,
  );
  assertStringIncludes(out, `vfio.openDevice("0000:00:04.0")`);
  assertStringIncludes(err, "bar(0).read32(0)");
  assertEquals((await vfio(["repl", "1234:11e8", "-q"], { backend })).err, "");
  const document = documentOf(await vfio(["repl", "00:04.0", "--json"], { backend }));
  assertEquals(document, { device: "0000:00:04.0", command: out.trimEnd() });
});

Deno.test("repl of an emulated machine makes it up in the REPL as well, without --allow-ffi", async () => {
  const { status, out } = await vfio(["repl", "00:05.0", "--emulated", "edu,nvme"]);
  assertEquals(status, 0);
  assertMatch(out, /^deno repl --allow-read=\S+ --eval 'const vfio = /);
  assertStringIncludes(out, 'const host = emulatedBackend("edu,nvme"); ');
  assertStringIncludes(out, 'vfio.openDevice("0000:00:05.0", { backend: host })');
});

Deno.test("repl refuses a device that cannot be opened", async () => {
  const backend = new EmulatedHost().plug("0000:00:04.0", new EmulatedEdu(), { driver: "uio" });
  assertEquals((await vfio(["repl", "00:04.0"], { backend })).status, 1);
  assertEquals((await vfio(["repl", "00:05.0"], { backend })).status, 5);
  assertEquals((await vfio(["repl"], { backend })).status, 2);
});
