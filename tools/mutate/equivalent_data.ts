/** Mutants that no test can tell from the code: they do the same. */

/** A change without an effect. */
export interface Equivalent {
  readonly path: string;
  /** The line as it is. */
  readonly before: string;
  /** The line as it would be. */
  readonly after: string;
  /** Why nothing can tell. */
  readonly why: string;
}

/** All that are known. */
export const EQUIVALENT: readonly Equivalent[] = [
  {
    path: "backends/emulated/iommu_group.ts",
    before: "return all.sort((a, b) => a.start < b.start ? -1 : a.start > b.start ? 1 : 0);",
    after: "return all.sort((a, b) => a.start < b.start ? -2 : a.start > b.start ? 1 : 0);",
    why: "sort() looks at the sign alone",
  },
  {
    path: "backends/emulated/process_memory.ts",
    before:
      "for (let i = 0; i < Math.ceil(area.size / CHUNK); i++) this.#areas.delete(area.vaddr / CHUNK + i);",
    after:
      "for (let i = 0; i <= Math.ceil(area.size / CHUNK); i++) this.#areas.delete(area.vaddr / CHUNK + i);",
    why: "map() leaves the chunk behind an area to nobody",
  },
  {
    path: "backends/emulated/vfio_pci/intx.ts",
    before: "#masked = false;",
    after: "#masked = true;",
    why: "enable() sets it before anybody reads it",
  },
  {
    path: "backends/emulated/vfio_pci/power_state.ts",
    before: "if (state === now || !supported || (state !== 0 && now > state)) return false;",
    after: "if (state === now || !supported || (state !== 0 && now >= state)) return false;",
    why: "that they are equal is asked first",
  },
  {
    path: "iommu/type1_dirty.ts",
    before: "return mapping.dirty?.copyTo(bitmap.data, page, (bytes) => process.isWritable(bytes)) ?? true;",
    after: "return mapping.dirty?.copyTo(bitmap.data, page, (bytes) => process.isWritable(bytes)) ?? false;",
    why: "every mapping has bits while dirty pages are tracked, and nobody fetches them otherwise",
  },
];
