/** EmulatedProcess: a process on the emulated host, with its own memory, limits and descriptors. */
import { checkSize } from "../../core/checks.ts";
import type { Backend, GroupDoor, MapFileOptions } from "../../core/backend.ts";
import type { Clock } from "../../core/clock.ts";
import type { Container } from "../../core/container.ts";
import type { Group } from "../../core/group.ts";
import type { Host } from "../../core/host.ts";
import type { HostMemory, HostMemoryOptions, MemoryFile } from "../../core/memory.ts";
import type { Signal } from "../../core/signal.ts";
import type { IommuProcess, PinnedMemory } from "../../iommu/iommu_plugin.ts";
import { EmulatedClock } from "./clock.ts";
import { EmulatedContainer } from "./container.ts";
import { ContainerState } from "./container_state.ts";
import { lookUp } from "./descriptor.ts";
import type { DescriptorTable } from "./descriptor.ts";
import type { EventQueue } from "./event_queue.ts";
import { EmulatedGroup } from "./group.ts";
import { HostView } from "./host_view.ts";
import { EmulatedMemory, wholePages } from "./host_memory.ts";
import { KernelCalls } from "./kernel_calls.ts";
import { kernelError } from "./kernel_error.ts";
import type { Machine } from "./machine.ts";
import { EmulatedMemoryFile } from "./memory_file.ts";
import { Extent, PAGE } from "./physical_memory.ts";
import { ProcessMemory } from "./process_memory.ts";
import { EmulatedSignal } from "./signal.ts";

/** A right that a process may have beside its user's. */
export type Capability =
  | "CAP_IPC_LOCK"
  | "CAP_SYS_RAWIO"
  | "CAP_SYS_ADMIN"
  | "CAP_DAC_OVERRIDE"
  | "CAP_SYS_RESOURCE";

/** Who a process is, and what it may use. */
export interface ProcessOptions {
  /** User. 0 is root. @default 0 */
  readonly uid?: number;
  /** RLIMIT_MEMLOCK in bytes. @default 8 MiB */
  readonly memlock?: number;
  /** @default all for root, none for others */
  readonly capabilities?: readonly Capability[];
}

/** What a process holds. */
export interface Holdings {
  /** Open descriptors. */
  readonly descriptors: number;
  /** Mapped ranges: memory and BARs. */
  readonly mappings: number;
}

const ROOT: readonly Capability[] = [
  "CAP_IPC_LOCK",
  "CAP_SYS_RAWIO",
  "CAP_SYS_ADMIN",
  "CAP_DAC_OVERRIDE",
  "CAP_SYS_RESOURCE",
];
const HUGE_PAGE = 2 ** 21;
const MEMLOCK = 8 * 2 ** 20;

/** A process: a {@linkcode Backend} with its own eyes, purse and pockets. Made by {@linkcode EmulatedHost.process}. */
export class EmulatedProcess implements Backend, DescriptorTable, IommuProcess {
  readonly name = "emulated";
  readonly host: Host;
  readonly clock: Clock;
  readonly groups: GroupDoor;
  /** Its kernel calls: counted, and made to fail where a test says so. */
  readonly calls: KernelCalls;
  /** @internal */
  readonly machine: Machine;
  /** @internal */
  readonly memory: ProcessMemory = new ProcessMemory();
  readonly #uid: number;
  readonly #memlock: number;
  readonly #capabilities: ReadonlySet<Capability>;
  #descriptors = 0;

  /** Starts a process. */
  constructor(machine: Machine, options: ProcessOptions = {}) {
    const { uid = 0, memlock = MEMLOCK } = options;
    this.machine = machine;
    this.#uid = uid;
    this.#memlock = memlock;
    this.#capabilities = new Set(options.capabilities ?? (uid === 0 ? ROOT : []));
    this.calls = new KernelCalls(machine.queue);
    this.clock = new EmulatedClock(machine.queue);
    this.host = new HostView(machine, this);
    this.groups = {
      openContainer: () => this.#openContainer(),
      openGroup: (id, how) => this.#openGroup(id, how),
    };
  }

  /** Bytes of locked memory (VmLck). */
  get lockedMemory(): number {
    return this.memory.locked;
  }

  /** What it holds. */
  holdings(): Holdings {
    return { descriptors: this.#descriptors, mappings: this.memory.mappings };
  }

  /** @internal The machine's time. */
  get queue(): EventQueue {
    return this.machine.queue;
  }

  /** @internal Whether it is root as far as files go. */
  get isRoot(): boolean {
    return this.#uid === 0 || this.#capabilities.has("CAP_DAC_OVERRIDE");
  }

  /** @internal Whether it may look up physical addresses. */
  get seesPhysical(): boolean {
    return this.#capabilities.has("CAP_SYS_ADMIN");
  }

  /** Makes page-aligned, zeroed memory. */
  allocate(size: number, options: HostMemoryOptions = {}): HostMemory {
    const { protection = "read-write", hugePages = false, shared = false } = options;
    const pageSize = hugePages ? HUGE_PAGE : PAGE;
    const bytes = wholePages(checkSize("size", size), pageSize);
    if (shared) this.calls.enter("memfd_create", "memory");
    this.calls.enter("mmap", "memory");
    const extent = this.machine.memory.allocate(bytes);
    if (extent === undefined) throw kernelError("ENOMEM", "mmap", `${bytes} bytes of memory`);
    const file = shared ? { file: new EmulatedMemoryFile(this, extent) } : {};
    return new EmulatedMemory(this, extent, { offset: 0, size: bytes, protection }, { pageSize, ...file });
  }

  /** Maps memory that somebody else made. */
  mapFile(file: MemoryFile, options: MapFileOptions = {}): HostMemory {
    const { offset = 0, protection = "read-write" } = options;
    this.calls.enter("mmap", "a memory file");
    const extent = lookUp(file, this, "mmap", "a memory file").state;
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
    return new EmulatedMemory(this, extent, { offset, size, protection }, { pageSize: PAGE });
  }

  /** Makes a signal. */
  createSignal(): Signal {
    this.calls.enter("eventfd", "a signal");
    return new EmulatedSignal(this, this.queue);
  }

  /** @internal */
  opened(): void {
    this.#descriptors++;
  }

  /** @internal */
  closed(): void {
    this.#descriptors--;
  }

  /** @internal Pins and charges. */
  pin(vaddr: bigint, size: bigint, write: boolean): PinnedMemory {
    const pin = this.memory.pin(vaddr, size, write, this.#lockLimit);
    if (typeof pin !== "string") return pin;
    const subject = `[0x${vaddr.toString(16)}, +0x${size.toString(16)})`;
    if (pin === "EFAULT") {
      throw kernelError(
        "EFAULT",
        "VFIO_IOMMU_MAP_DMA",
        subject,
        "the memory is not there, or not writable as asked",
      );
    }
    throw this.#tooMuch(size, subject);
  }

  /** @internal */
  charge(bytes: bigint): void {
    if (!this.memory.charge(bytes, this.#lockLimit)) throw this.#tooMuch(bytes, `${bytes} bytes`);
  }

  /** @internal */
  uncharge(bytes: bigint): void {
    this.memory.uncharge(bytes);
  }

  /** @internal A detached view is memory that is gone, or protected. */
  isWritable(bytes: Uint8Array<ArrayBuffer>): boolean {
    return !bytes.buffer.detached;
  }

  get #lockLimit(): number {
    return this.#capabilities.has("CAP_IPC_LOCK") ? Infinity : this.#memlock;
  }

  #tooMuch(size: bigint, subject: string) {
    const facts = { limit: this.#memlock, locked: this.memory.locked, needed: size };
    return kernelError("ENOMEM", "VFIO_IOMMU_MAP_DMA", subject, "over RLIMIT_MEMLOCK", () => facts);
  }

  #openContainer(): Container {
    this.calls.enter("open", "/dev/vfio/vfio");
    return new EmulatedContainer(this, new ContainerState(this.machine.plugins, this.machine), this);
  }

  #openGroup(id: number, how: { readonly noIommu?: boolean } = {}): Group {
    const node = how.noIommu ? `/dev/vfio/noiommu-${id}` : `/dev/vfio/${id}`;
    this.calls.enter("open", node);
    const group = this.machine.group(id);
    const vfio = how.noIommu ? undefined : group?.vfio;
    const address = group?.devices[0];
    const facts = () => ({ group: id, node, ...(address === undefined ? {} : { address }) });
    if (vfio === undefined) {
      throw kernelError("ENOENT", "open", node, "none of its devices is on vfio-pci", facts);
    }
    if (!this.isRoot && vfio.owner !== this.#uid) {
      const owner = { owner: `uid ${vfio.owner}`, mode: "0600" };
      throw kernelError("EACCES", "open", node, undefined, () => ({ ...facts(), ...owner }));
    }
    if (vfio.holders > 0) throw kernelError("EBUSY", "open", node, "it is open, here or elsewhere", facts);
    return new EmulatedGroup(this, vfio);
  }
}
