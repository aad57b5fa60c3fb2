/** EmulatedProcess: a process on the emulated host, with its own memory, limits and descriptors. */
import { checkSize } from "../../core/checks.ts";
import type { Backend, GroupDoor, MapFileOptions } from "../../core/backend.ts";
import type { Clock } from "../../core/clock.ts";
import type { Container } from "../../core/container.ts";
import type { Group } from "../../core/group.ts";
import type { Host } from "../../core/host.ts";
import type { HostMemory, HostMemoryOptions, MemoryFile, PageFallback } from "../../core/memory.ts";
import type { Signal } from "../../core/signal.ts";
import { EmulatedClock } from "./clock.ts";
import { EmulatedContainer } from "./container.ts";
import { ContainerState } from "./container_state.ts";
import { lookUp } from "./descriptor.ts";
import { EmulatedGroup } from "./group.ts";
import { HostView } from "./host_view.ts";
import { nodeOf } from "./iommu_group.ts";
import { EmulatedMemory, wholePages } from "./host_memory.ts";
import type { KernelCalls } from "./kernel_calls.ts";
import { kernelError } from "./kernel_error.ts";
import { EmulatedMemoryFile } from "./memory_file.ts";
import { Extent, PAGE } from "./physical_memory.ts";
import { EmulatedSignal } from "./signal.ts";
import type { Capability, Task } from "./task.ts";

/** What a process holds. */
export interface Holdings {
  /** Open descriptors. */
  readonly descriptors: number;
  /** Mapped ranges: memory and BARs. */
  readonly mappings: number;
}

const HUGE_PAGE = 2 ** 21;

/** A process: a {@linkcode Backend} with its own memory, limits and descriptors. Made by {@linkcode EmulatedHost.process}. */
export class EmulatedProcess implements Backend {
  readonly name = "emulated";
  /** The machine, as this process may see it. */
  readonly host: Host;
  /** Virtual time. */
  readonly clock: Clock;
  /** /dev/vfio/vfio and /dev/vfio/N. */
  readonly groups: GroupDoor;
  readonly #task: Task;

  /** @internal */
  constructor(task: Task) {
    this.#task = task;
    this.clock = new EmulatedClock(task.machine.queue);
    this.host = new HostView(task.machine, task);
    this.groups = {
      openContainer: () => openContainer(task),
      openGroup: (id, options) => openGroup(task, id, options),
    };
  }

  /** Its kernel calls: counted, and made to fail where a test says so. */
  get calls(): KernelCalls {
    return this.#task.calls;
  }

  /** Bytes of locked memory (VmLck). */
  get lockedMemory(): number {
    return this.#task.memory.locked;
  }

  /** Gives up rights, as `capset` does: later calls lack them. */
  dropCapabilities(...capabilities: readonly Capability[]): void {
    this.#task.drop(capabilities);
  }

  /** What it holds. */
  holdings(): Holdings {
    return { descriptors: this.#task.descriptors, mappings: this.#task.memory.mappings };
  }

  /** Makes page-aligned, zeroed memory. */
  allocate(size: number, options: HostMemoryOptions = {}): HostMemory {
    const { protection = "read-write", hugePages = false, shared = false } = options;
    checkSize("size", size);
    const enter = () => {
      if (shared) this.#task.calls.enter("memfd_create", "memory");
      this.#task.calls.enter("mmap", "memory");
    };
    enter();
    const { memory } = this.#task.machine;
    const pageFallbacks: PageFallback[] = [];
    let pageSize = hugePages ? HUGE_PAGE : PAGE;
    let extent = memory.allocate(wholePages(size, pageSize), hugePages);
    if (extent === undefined && hugePages) {
      pageFallbacks.push(...fallbacksOf(wholePages(size, HUGE_PAGE) / HUGE_PAGE, memory.hugePages));
      enter();
      pageSize = PAGE;
      extent = memory.allocate(wholePages(size));
    }
    const bytes = wholePages(size, pageSize);
    if (extent === undefined) throw kernelError("ENOMEM", "mmap", `${bytes} bytes of memory`);
    const file = shared ? { file: new EmulatedMemoryFile(this.#task, extent) } : {};
    return new EmulatedMemory(this.#task, extent, { offset: 0, size: bytes, protection }, {
      pageSize,
      pageFallbacks,
      ...file,
    });
  }

  /** Maps memory that somebody else made. */
  mapFile(file: MemoryFile, options: MapFileOptions = {}): HostMemory {
    const { offset = 0, protection = "read-write" } = options;
    this.#task.calls.enter("mmap", "a memory file");
    const extent = lookUp(file, this.#task, "mmap", "a memory file").state;
    if (!(extent instanceof Extent)) {
      throw kernelError("ENODEV", "mmap", "a memory file", "it cannot be mapped");
    }
    const size = wholePages(options.size ?? extent.size - offset);
    const fits = Number.isInteger(offset) && offset >= 0 && offset % PAGE === 0 &&
      offset + size <= extent.size;
    if (size <= 0 || !fits) {
      throw kernelError(
        "EINVAL",
        "mmap",
        `[${offset}, +${size}) of a memory file`,
        `it has ${extent.size} bytes`,
      );
    }
    return new EmulatedMemory(this.#task, extent, { offset, size, protection }, { pageSize: PAGE });
  }

  /** Makes a signal. */
  createSignal(): Signal {
    this.#task.calls.enter("eventfd", "a signal");
    return new EmulatedSignal(this.#task, this.#task.machine.queue);
  }
}

function openContainer(task: Task): Container {
  task.calls.enter("open", "/dev/vfio/vfio");
  if (!task.machine.surroundings.modules.has("vfio")) {
    throw kernelError("ENOENT", "open", "/dev/vfio/vfio", undefined, () => ({ container: "/dev/vfio/vfio" }));
  }
  return new EmulatedContainer(task, new ContainerState(task.machine.plugins, task.machine));
}

function openGroup(task: Task, id: number, options: { readonly noIommu?: boolean } = {}): Group {
  const { noIommu = false } = options;
  const node = nodeOf(id, noIommu);
  task.calls.enter("open", node);
  const group = task.machine.group(id);
  const vfio = group?.noIommu === noIommu ? group.vfio : undefined;
  const address = group?.devices[0];
  const facts = () => ({ group: id, node, ...(address === undefined ? {} : { address }) });
  if (vfio === undefined) {
    throw kernelError("ENOENT", "open", node, "none of its devices is on vfio-pci", facts);
  }
  if (!task.isRoot && vfio.owner !== task.uid) {
    const owner = { owner: `uid ${vfio.owner}`, mode: "0600" };
    throw kernelError("EACCES", "open", node, undefined, () => ({ ...facts(), ...owner }));
  }
  if (noIommu && !task.capable("CAP_SYS_RAWIO")) {
    throw kernelError(
      "EPERM",
      "open",
      node,
      "no-IOMMU needs CAP_SYS_RAWIO",
      () => ({ ...facts(), noIommu: "yes" }),
    );
  }
  if (vfio.holders > 0) throw kernelError("EBUSY", "open", node, "it is open, here or elsewhere", facts);
  return new EmulatedGroup(task, vfio);
}

function fallbacksOf(needed: number, free: number): PageFallback[] {
  return [
    { pages: "2 MiB", reason: `${needed} are needed, ${free} are free` },
    { pages: "transparent", reason: "this kernel has none" },
  ];
}
