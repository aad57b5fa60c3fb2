import type { QemuVersion } from "./emulator.ts";

/** The IOMMUs that QEMU emulates. */
export type Iommu = "vt-d" | "amd-vi" | "virtio" | "none";

/** What a guest is made of and how it runs; everything may be left out. */
export interface BootOptions {
  /** `6.1`, `6.12`, `7.2` or the path of an image with everything built in. @default defaultKernel() */
  readonly kernel?: string;
  /** Which QEMU runs it. @default "installed" */
  readonly qemuVersion?: QemuVersion;
  /** @default "vt-d" */
  readonly iommu?: Iommu;
  /** More properties of the IOMMU's device, e.g. `device-iotlb=on`. */
  readonly iommuProperties?: string;
  /** QEMU's `-device` strings, bridges before what is behind them; see devices.ts. @default DEFAULT_DEVICES */
  readonly devices?: readonly string[];
  /** Which devices vfio-pci gets, by the name in `VFIO_<NAME>`, e.g. `["EDU", "NVME"]`. @default all of them */
  readonly bind?: readonly string[];
  /** Modules to load before binding. */
  readonly load?: readonly string[];
  /** Runs the script as uid 1000, who owns nothing but the nodes of the devices' groups. @default false */
  readonly user?: boolean;
  /** Limit of locked memory in KiB. @default 8192 with `user`, else none */
  readonly memlockKib?: number;
  /** Variables that the script sees. */
  readonly env?: Readonly<Record<string, string>>;
  /** Files to add to the copy of the checkout: path below /src, content. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** @default 2 */
  readonly smp?: number;
  /** @default 2048 */
  readonly memoryMib?: number;
  /** What to trace in QEMU. */
  readonly trace?: TraceOptions;
  /** From QEMU's start to the script's end. @default 180_000 */
  readonly timeoutMs?: number;
  /** Appended to the kernel's command line. */
  readonly commandLine?: string;
  /** More arguments for QEMU. */
  readonly qemu?: readonly string[];
  /** One processor whose clock counts its instructions, so that times repeat to 0.1 %. @default false */
  readonly icount?: boolean;
  /** How often to boot at most when the guest stalls or dies. @default 2 */
  readonly attempts?: number;
}

/** Which of QEMU's trace events to record, and which of their lines to bring back. */
export interface TraceOptions {
  /** Names of events, `*` for anything. */
  readonly events: readonly string[];
  /** Only lines that contain one of these are brought back. */
  readonly containing: readonly string[];
}

/** What came of it. */
export interface BootResult {
  /** The script's exit status; {@link TIMED_OUT} or {@link DIED} when it did not come to an end. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What `uname -r` said. */
  readonly kernel: string;
  /** What `uname -v` said: the exact build. */
  readonly kernelVersion: string;
  /** Everything the kernel wrote to its console. */
  readonly console: string;
  /** Why there is no exit status of the script, if there is none. */
  readonly reason: string | undefined;
  /** The lines of the trace that were asked for. */
  readonly trace: readonly string[];
  /** How often it was booted. */
  readonly attempts: number;
  /** From QEMU's start until the script began, and until it ended; undefined when it did not. */
  readonly bootMs: number | undefined;
  readonly totalMs: number | undefined;
}

/** The status of a guest that did not finish in time, as timeout(1) has it. */
export const TIMED_OUT = 124;

/** The status of a guest that ended without telling a status. */
export const DIED = 125;
