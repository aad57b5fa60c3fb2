import { assertEquals } from "@std/assert";
import { extensionNumber, EXTENSIONS, Type1Plugin } from "../../../iommu/mod.ts";
import type { KernelVersion } from "../../../iommu/mod.ts";
import { Bench, codeOf, errorOf, group, Machine } from "./machine.ts";

const ALL_EXTENSIONS = Array.from({ length: 12 }, (_, number) => number);

function supported(kernel: KernelVersion): number[] {
  const host = new Machine({ kernel });
  return ALL_EXTENSIONS.filter((extension) => new Type1Plugin().supports(extension, host));
}

Deno.test("extensionNumber() knows the kernel's numbers, and passes numbers on", () => {
  assertEquals(extensionNumber("type1"), 1);
  assertEquals(extensionNumber("type1v2"), 3);
  assertEquals(extensionNumber(99), 99);
  assertEquals(Object.values(EXTENSIONS), [1, 3, 4, 6, 8, 9, 10]);
});

Deno.test("5. Type1Plugin.supports() affirms 1, 3 and 9, before Linux 7 also 6", () => {
  assertEquals(supported("7.2"), [1, 3, 9]);
  assertEquals(supported("6.1"), [1, 3, 6, 9]);
  assertEquals(supported("6.12"), [1, 3, 6, 9]);
});

Deno.test("5. Type1.supports() knows update-vaddr once the IOMMU is set", () => {
  for (const v1 of [true, false]) {
    const { iommu } = new Bench({ v1 });
    assertEquals(ALL_EXTENSIONS.filter((extension) => iommu.supports(extension)), [1, 3, 9, 10]);
  }
});

Deno.test("5. Type1.supports() affirms dma-cc when the hardware of all groups enforces coherency", () => {
  const { iommu } = new Bench({ group: group({ enforcesCoherency: true }) });
  assertEquals(iommu.supports(EXTENSIONS["dma-cc"]), true);
  const other = group({ enforcesCoherency: false });
  iommu.attachGroup(other, "VFIO_GROUP_SET_CONTAINER");
  assertEquals(iommu.supports(EXTENSIONS["dma-cc"]), false);
  iommu.detachGroup(other);
  assertEquals(iommu.supports(EXTENSIONS["dma-cc"]), true);
});

Deno.test("Type1Plugin.open() tells which type it opened", () => {
  const host = new Machine({ kernel: "6.1" });
  assertEquals([1, 3, 6].map((type) => new Type1Plugin().open(type, host).type), ["type1", "type1v2", 6]);
});

Deno.test("10. Type1Plugin.open() refuses extensions that are no type with EINVAL", () => {
  for (const type of [0, 2, 4, 9, 10, 99]) {
    const error = errorOf(() => new Type1Plugin().open(type, new Machine()));
    assertEquals([error?.code, error?.operation], ["EINVAL", "VFIO_SET_IOMMU"]);
  }
});

Deno.test("11. A nesting Type1 attaches no group: no hardware here has two stages", () => {
  const iommu = new Type1Plugin().open(6, new Machine({ kernel: "6.1" }));
  assertEquals(codeOf(() => iommu.attachGroup(group(), "VFIO_SET_IOMMU")), "EINVAL");
});
