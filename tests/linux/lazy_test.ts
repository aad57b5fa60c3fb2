import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { linux } from "../../backends/linux/mod.ts";

Deno.test({
  name: "linux() opens nothing and needs no permission, nor does its clock",
  permissions: "none",
  fn() {
    const { name, host, clock, groups } = linux();
    assertEquals([name, host.faults()], ["linux", undefined]);
    assert(groups !== undefined && clock.now() > 0);
  },
});

Deno.test("linux() is one object", () => {
  assertStrictEquals(linux(), linux());
});
