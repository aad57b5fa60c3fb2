import { assertEquals } from "@std/assert";
import $ from "dax";
import { cpio, file, folder, link } from "./harness/cpio.ts";
import { busybox } from "./harness/tools.ts";

Deno.test("cpio() writes what cpio(1) reads", async () => {
  const archive = cpio([
    folder("a"),
    file("a/odd", "12345", 0o750),
    file("a/empty", ""),
    link("a/link", "odd"),
  ]);
  assertEquals(archive.length % 512, 0);
  const into = await Deno.makeTempDir();
  try {
    await $`${await busybox()} cpio -i`.cwd(into).stdin(archive).quiet();
    assertEquals(await Deno.readTextFile(`${into}/a/odd`), "12345");
    assertEquals((await Deno.stat(`${into}/a/odd`)).mode, 0o100750);
    assertEquals(await Deno.readTextFile(`${into}/a/empty`), "");
    assertEquals(await Deno.readLink(`${into}/a/link`), "odd");
  } finally {
    await Deno.remove(into, { recursive: true });
  }
});
