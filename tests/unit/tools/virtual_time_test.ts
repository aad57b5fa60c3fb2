import { assertEquals } from "@std/assert";
import { findings } from "./lint.ts";

Deno.test("virtual-time keeps real time out of the emulation", () => {
  const real = [
    "Date.now();",
    "new Date();",
    "performance.now();",
    "setTimeout(f, 1);",
    "setInterval(f, 1);",
    "queueMicrotask(f);",
    "Math.random();",
    "crypto.getRandomValues(b);",
    "AbortSignal.timeout(5);",
  ];
  for (const source of real) {
    for (const path of ["core/a.ts", "iommu/a.ts", "devices/edu/model.ts", "backends/emulated/a.ts"]) {
      assertEquals(findings("virtual-time", path, source).length, 1, `${path}: ${source}`);
    }
    for (const path of ["os/a.ts", "backends/linux/a.ts", "driverkit/a.ts", "cli/a.ts"]) {
      assertEquals(findings("virtual-time", path, source), [], `${path}: ${source}`);
    }
  }
});

Deno.test("virtual-time leaves a property of that name alone", () => {
  const source =
    "host.clock.performance; const o = { Date: 1 }; Math.max(1, 2); interface A { crypto: number }";
  assertEquals(findings("virtual-time", "core/a.ts", source), []);
});
