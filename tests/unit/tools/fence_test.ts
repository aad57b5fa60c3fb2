import { assertEquals } from "@std/assert";
import { findings } from "./lint.ts";

function fenced(path: string, source: string): number {
  return findings("fence", path, source).length;
}

const PURE = [
  "mod.ts",
  "core/a.ts",
  "uapi/a.ts",
  "pci/a.ts",
  "iommu/a.ts",
  "driverkit/a.ts",
  "devices/edu/model.ts",
  "backends/emulated/a.ts",
];

Deno.test("the fence refuses Deno in what is pure", () => {
  for (const path of PURE) {
    assertEquals(fenced(path, "Deno.build.os;"), 1, path);
    assertEquals(fenced(path, "type P = Deno.PointerValue;"), 1, path);
    assertEquals(fenced(path, "const a = 1; // Deno.build"), 0, path);
  }
});

Deno.test("the fence lets two files open libc and make memory of pointers", () => {
  for (const source of ['Deno.dlopen("libc.so.6", {});', "new Deno.UnsafePointerView(p);"]) {
    for (const path of ["os/libc.ts", "os/host_memory.ts", "tests/linux/a_test.ts", "bench/a.ts"]) {
      assertEquals(fenced(path, source), 0, path);
    }
    for (
      const path of ["os/files.ts", "backends/linux/device.ts", "cli/vfio.ts", "examples/a.ts", "tools/ok.ts"]
    ) {
      assertEquals(fenced(path, source), 1, path);
    }
  }
  assertEquals(fenced("backends/linux/device.ts", "type View = Deno.UnsafePointerView;"), 1);
});

Deno.test("the fence lets os/ and the Linux backend ask what they were built for, and nothing else", () => {
  for (const path of ["os/libc.ts", "os/files.ts", "backends/linux/device.ts"]) {
    assertEquals(fenced(path, "Deno.build.arch; type P = Deno.PointerValue;"), 0, path);
    assertEquals(fenced(path, 'Deno.readTextFileSync("/proc/self/maps");'), 1, path);
  }
});

Deno.test("the fence sees another name for Deno", () => {
  const aliases = [
    "const { dlopen } = Deno;",
    "const D = Deno;",
    "globalThis.Deno.pid;",
    'globalThis["Deno"];',
    "const { Deno: D } = globalThis;",
    'Deno["dlopen"];',
    "f(Deno);",
    "export default Deno;",
  ];
  for (const source of aliases) {
    for (const path of ["core/a.ts", "os/libc.ts", "backends/linux/a.ts", "cli/vfio.ts"]) {
      assertEquals(fenced(path, source) > 0, true, `${path}: ${source}`);
    }
    assertEquals(fenced("tests/linux/a_test.ts", source), 0, source);
  }
});
