import { assertEquals } from "@std/assert";
import { findings } from "./lint.ts";

Deno.test("device-memory refuses what is not one access", () => {
  const refused = [
    "Atomics.store(u32, 0, 1);",
    "Atomics.exchange(u32, 0, 1);",
    "Atomics.or(u32, 0, 1);",
    'Atomics["store"](u32, 0, 1);',
    "const { store } = Atomics;",
    "new DataView(buffer).getUint32(0);",
    "view.copyInto(bytes);",
  ];
  for (const source of refused) {
    for (const path of ["os/host_memory.ts", "backends/linux/mapping.ts"]) {
      assertEquals(findings("device-memory", path, source).length, 1, `${path}: ${source}`);
    }
    assertEquals(findings("device-memory", "core/struct.ts", source), [], source);
  }
});

Deno.test("device-memory allows Atomics.load and plain stores", () => {
  const source = "Atomics.load(u32, 0); u32[0] = 1; Atomics.notify(i32, 0);";
  assertEquals(findings("device-memory", "os/host_memory.ts", source), []);
});
