/** The container: version, extensions, and the choice of an IOMMU driver. */
import { assert, assertEquals, assertFalse, assertStrictEquals } from "@std/assert";
import { refused } from "../expect.ts";
import { IOVA, openContainer, openGroup, P, ready } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { byKernel, promise, rule } from "../rule.ts";

const SET_IOMMU = "VFIO_SET_IOMMU";

export const container: readonly Rule[] = [
  rule(1, "Container.apiVersion() is 0", [], (machine) => {
    using container = openContainer(machine);
    assertEquals(container.apiVersion(), 0);
  }),

  rule(
    2,
    "Container.supports() knows Type1, Type1v2 and unmap-all before a group is attached",
    [],
    (machine) => {
      using container = openContainer(machine);
      for (const extension of [1, 3, 9]) assert(container.supports(extension), `${extension}`);
      for (const extension of [0, 2, 4, 5, 7, 8, 10, 11]) {
        assertFalse(
          container.supports(extension),
          `${extension}`,
        );
      }
      for (const name of ["type1", "type1v2", "unmap-all"] as const) assert(container.supports(name), name);
      for (const name of ["dma-cc", "noiommu", "update-vaddr"] as const) {
        assertFalse(
          container.supports(name),
          name,
        );
      }
    },
  ),

  rule(3, "Container.supports() knows nesting as long as the kernel has it", [], (machine) => {
    using container = openContainer(machine);
    const nesting = byKernel(machine, { "6.1": true, "6.12": true, "7.2": false });
    assertEquals(container.supports(6), nesting);
    assertEquals(container.supports("type1-nesting"), nesting);
  }),

  rule(4, "Container.supports() tells update-vaddr once an IOMMU driver is set", ["edu"], (machine) => {
    using edu = ready(machine);
    assert(edu.container.supports(10));
    for (const extension of [1, 3, 9]) assert(edu.container.supports(extension), `${extension}`);
    for (const extension of [0, 2, 5, 7, 8, 11]) {
      assertFalse(edu.container.supports(extension), `${extension}`);
    }
  }),

  rule(5, "Container.setIommu() refuses a container without a group with EINVAL", [], (machine) => {
    using container = openContainer(machine);
    refused(SET_IOMMU, "EINVAL", () => container.setIommu(3));
    refused(SET_IOMMU, "EINVAL", () => container.setIommu("type1"));
  }),

  rule(6, "Container.iommu answers EINVAL while no driver is set", ["edu"], (machine) => {
    using container = openContainer(machine);
    using group = openGroup(machine);
    using memory = machine.backend.allocate(4096);
    const refuses = () => {
      const { iommu } = container;
      const range = { iova: IOVA, size: P };
      assertEquals(iommu.type, undefined);
      refused("VFIO_IOMMU_GET_INFO", "EINVAL", () => iommu.info());
      refused("VFIO_IOMMU_MAP_DMA", "EINVAL", () => iommu.map({ ...range, vaddr: memory.vaddr, read: true }));
      refused("VFIO_IOMMU_UNMAP_DMA", "EINVAL", () => iommu.unmap(range));
      refused("VFIO_IOMMU_DIRTY_PAGES", "EINVAL", () => iommu.dirty.start());
      refused("VFIO_IOMMU_DIRTY_PAGES", "EINVAL", () => iommu.dirty.stop());
    };
    refuses();
    group.setContainer(container);
    refuses();
  }),

  rule(9, "Container.setIommu() refuses types that no driver has with ENODEV", ["edu"], (machine) => {
    using container = openContainer(machine);
    using group = openGroup(machine);
    group.setContainer(container);
    for (const type of [0, 2, 4, 5, 7, 8, 10, 99]) {
      refused(SET_IOMMU, "ENODEV", () => container.setIommu(type));
    }
    refused(SET_IOMMU, "ENODEV", () => container.setIommu("noiommu"));
    assertEquals(container.setIommu("type1v2").type, "type1v2");
  }),

  rule(10, "Container.setIommu() refuses an extension that is no driver with EINVAL", ["edu"], (machine) => {
    using container = openContainer(machine);
    using group = openGroup(machine);
    group.setContainer(container);
    refused(SET_IOMMU, "EINVAL", () => container.setIommu(9));
  }),

  rule(11, "Container.setIommu() refuses nesting that the IOMMU does not have", ["edu"], (machine) => {
    using container = openContainer(machine);
    using group = openGroup(machine);
    group.setContainer(container);
    const code = byKernel(machine, { "6.1": "EINVAL", "6.12": "EINVAL", "7.2": "ENODEV" });
    refused(SET_IOMMU, code, () => container.setIommu(6));
  }),

  rule(12, "Container.setIommu() refuses a second driver with EINVAL", ["edu"], (machine) => {
    using edu = ready(machine);
    refused(SET_IOMMU, "EINVAL", () => edu.container.setIommu("type1v2"));
    refused(SET_IOMMU, "EINVAL", () => edu.container.setIommu("type1"));
  }),

  promise("Container.setIommu() gives Container.iommu, the same object at every call", ["edu"], (machine) => {
    using container = openContainer(machine);
    using group = openGroup(machine);
    const { iommu } = container;
    group.setContainer(container);
    assertStrictEquals(container.setIommu("type1v2"), iommu);
    assertStrictEquals(container.iommu, iommu);
  }),
];
