/** EmulatedMemoryFile: a memfd. */
import type { MemoryFile } from "../../core/memory.ts";
import { Descriptor } from "./descriptor.ts";
import type { DescriptorTable } from "./descriptor.ts";
import type { Extent } from "./physical_memory.ts";

/** A file that is memory; it lives while a descriptor or a mapping holds it. */
export class EmulatedMemoryFile extends Descriptor implements MemoryFile {
  readonly kind = "memfd";
  /** The memory. */
  readonly state: Extent;

  /** Makes a file of `extent`. */
  constructor(table: DescriptorTable, extent: Extent) {
    super(table, "a memory file");
    this.state = extent;
    extent.acquire();
  }

  /** Size in bytes. */
  get size(): number {
    return this.state.size;
  }

  /** Lets go of the memory. */
  protected override release(): void {
    this.state.release();
  }
}
