/** The tables are what gcc makes of Linux 7.2's headers: tests/vm/layout_test.ts compares them, and says how to renew them. */
import { assertEquals, assertThrows } from "@std/assert";
import { struct, u32 } from "../../../core/struct.ts";
import * as iommufd from "../../../uapi/iommufd.ts";
import * as vfio from "../../../uapi/vfio.ts";
import iommufdLayout from "./iommufd_layout.txt" with { type: "text" };
import { layoutOf, textOf } from "./layout.ts";
import vfioLayout from "./vfio_layout.txt" with { type: "text" };

Deno.test("uapi/vfio.ts has the constants, sizes and offsets of linux/vfio.h", () => {
  assertEquals(textOf(layoutOf(vfio)), vfioLayout);
});

Deno.test("uapi/iommufd.ts has the constants, sizes and offsets of linux/iommufd.h", () => {
  assertEquals(textOf(layoutOf(iommufd)), iommufdLayout);
});

Deno.test("uapi's constants are numbers of 32 bits", () => {
  for (const [name, value] of [...Object.entries(vfio), ...Object.entries(iommufd)]) {
    if (typeof value === "number") assertEquals(value >>> 0, value, name);
  }
});

Deno.test("layoutOf() refuses a struct that is exported by another name, and what is no layout", () => {
  assertThrows(() => layoutOf({ vfio_a: struct("vfio_b", { argsz: u32 }) }), TypeError, "vfio_a");
  assertThrows(() => layoutOf({ VFIO_STRING: "vfio-pci" }), TypeError, "VFIO_STRING");
});
