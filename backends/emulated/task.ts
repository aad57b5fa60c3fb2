/** Task: what the kernel keeps of a process: its rights and limits, its memory, its descriptors, its calls. */
import type { IommuProcess, PinnedMemory } from "../../iommu/iommu_plugin.ts";
import type { DescriptorTable } from "./descriptor.ts";
import { KernelCalls } from "./kernel_calls.ts";
import { kernelError } from "./kernel_error.ts";
import type { Machine } from "./machine.ts";
import { ProcessMemory } from "./process_memory.ts";

/** A right that a process may have beside its user's. */
export type Capability =
  | "CAP_IPC_LOCK"
  | "CAP_SYS_RAWIO"
  | "CAP_SYS_ADMIN"
  | "CAP_DAC_OVERRIDE"
  | "CAP_SYS_RESOURCE";

/** Who a process is, and what it may use. */
export interface ProcessOptions {
  /** User; 0 is root. @default 0 */
  readonly uid?: number;
  /** RLIMIT_MEMLOCK in bytes. @default 8 MiB */
  readonly memlock?: number;
  /** Its rights. @default all for root, none for others */
  readonly capabilities?: readonly Capability[];
  /** Its name. @default "deno" */
  readonly command?: string;
}

const ROOT: readonly Capability[] = [
  "CAP_IPC_LOCK",
  "CAP_SYS_RAWIO",
  "CAP_SYS_ADMIN",
  "CAP_DAC_OVERRIDE",
  "CAP_SYS_RESOURCE",
];
const MEMLOCK = 8 * 2 ** 20;

/** A process as the kernel has it. */
export class Task implements DescriptorTable, IommuProcess {
  readonly machine: Machine;
  readonly uid: number;
  readonly pid: number;
  readonly command: string;
  readonly calls: KernelCalls;
  readonly memory: ProcessMemory = new ProcessMemory();
  readonly #memlock: number;
  readonly #capabilities: Set<Capability>;
  #descriptors = 0;

  /** Starts a process. */
  constructor(machine: Machine, options: ProcessOptions = {}) {
    const { uid = 0, memlock = MEMLOCK, command = "deno" } = options;
    this.machine = machine;
    this.uid = uid;
    this.pid = machine.nextPid();
    this.command = command;
    this.#memlock = memlock;
    this.#capabilities = new Set(options.capabilities ?? (uid === 0 ? ROOT : []));
    this.calls = new KernelCalls(machine.queue);
  }

  /** How many descriptors are open. */
  get descriptors(): number {
    return this.#descriptors;
  }

  /** Whether it is root as far as files go. */
  get isRoot(): boolean {
    return this.uid === 0 || this.capable("CAP_DAC_OVERRIDE");
  }

  /** Whether it may look up physical addresses. */
  get seesPhysical(): boolean {
    return this.capable("CAP_SYS_ADMIN");
  }

  /** Tells whether it has a right beside its user's. */
  capable(capability: Capability): boolean {
    return this.#capabilities.has(capability);
  }

  /** Gives rights up. */
  drop(capabilities: readonly Capability[]): void {
    for (const capability of capabilities) this.#capabilities.delete(capability);
  }

  /** Counts a descriptor. */
  opened(): void {
    this.#descriptors++;
  }

  /** Counts a descriptor less. */
  closed(): void {
    this.#descriptors--;
  }

  /** Pins and charges. */
  pin(vaddr: bigint, size: bigint, write: boolean): PinnedMemory {
    const pin = this.memory.pin(vaddr, size, write, this.lockLimit);
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

  /** Charges what is pinned already. */
  charge(bytes: bigint): void {
    if (!this.memory.charge(bytes, this.lockLimit)) throw this.#tooMuch(bytes, `${bytes} bytes`);
  }

  /** Gives back what was charged. */
  uncharge(bytes: bigint): void {
    this.memory.uncharge(bytes);
  }

  /** Tells whether the kernel could write there: a detached view is memory that is gone, or protected. */
  isWritable(bytes: Uint8Array<ArrayBuffer>): boolean {
    return !bytes.buffer.detached;
  }

  /** Bytes that it may lock; Infinity: as many as it likes. */
  get lockLimit(): number {
    return this.capable("CAP_IPC_LOCK") ? Infinity : this.#memlock;
  }

  #tooMuch(size: bigint, subject: string) {
    const facts = { limit: this.#memlock, locked: this.memory.locked, needed: size };
    return kernelError("ENOMEM", "VFIO_IOMMU_MAP_DMA", subject, "over RLIMIT_MEMLOCK", () => facts);
  }
}
