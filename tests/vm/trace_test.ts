import { assertEquals } from "@std/assert";
import { type Access, parseAccess, phases, tally } from "./harness/mod.ts";

const WRITE =
  "memory_region_ops_write cpu 0 mr 0x55d0c8b1f2d0 addr 0xfea00020 value 0x80 size 4 name 'edu-mmio'";

function access(kind: "read" | "write", width: number, value = 0n): Access {
  return { kind, width, address: 0n, value, region: "edu-mmio" };
}

Deno.test("parseAccess() reads a line of QEMU's trace", () => {
  assertEquals(parseAccess(WRITE), {
    kind: "write",
    width: 32,
    address: 0xfea00020n,
    value: 0x80n,
    region: "edu-mmio",
  });
  const stamped = `123@1700000000.5:${WRITE}`.replace("ops_write", "ops_read").replace("size 4", "size 8");
  assertEquals(parseAccess(stamped), { ...access("read", 64, 0x80n), address: 0xfea00020n });
});

Deno.test("parseAccess() leaves other events alone", () => {
  assertEquals(
    parseAccess("memory_region_ram_device_read cpu 0 mr 0x1 addr 0x2 value 0x3 size 4"),
    undefined,
  );
  assertEquals(parseAccess(""), undefined);
});

Deno.test("phases() splits at markers and drops what is before the first", () => {
  const accesses = [
    access("read", 8),
    access("write", 32, 1n),
    access("read", 32),
    access("read", 32),
    access("write", 32, 2n),
    access("write", 32, 1n),
    access("write", 16, 1n),
  ];
  function markerOf({ kind, width, value }: Access): string | undefined {
    return kind === "write" && width === 32 ? `phase ${value}` : undefined;
  }
  const found = phases(accesses, markerOf);
  assertEquals([...found.keys()], ["phase 1", "phase 2"]);
  assertEquals(tally(found.get("phase 1") ?? []), { R32: 2, W16: 1 });
  assertEquals(tally(found.get("phase 2") ?? []), {});
});
