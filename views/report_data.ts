/** What a report is made of: plain data, whoever gathered it. */
import type { DeviceEntry, IommuFault } from "../core/host.ts";
import type { DeviceResource } from "../core/host_details.ts";
import type { RegisterMap } from "../core/registers.ts";
import type { Remedy } from "../core/remedies.ts";
import type { HiddenBytes } from "./config_areas.ts";
import type { DmaMapData } from "./dma_map.ts";
import type { GroupsData } from "./group_states.ts";
import type { LatencyHistogram } from "./latency_histogram.ts";

/** Something known, by name. */
export interface ReportFact {
  /** What it is: "Kernel". */
  readonly name: string;
  /** What it says: one value, or fields that each say something. */
  readonly value: string | number | bigint | boolean | readonly ReportFact[];
}

/** Something that was checked. */
export interface ReportCheck {
  /** What came of it. */
  readonly state: "ok" | "warning" | "problem";
  /** What was checked: "Group 3 viable". */
  readonly name: string;
  /** What was found. */
  readonly text: string;
  /** What helps. @default nothing */
  readonly remedies?: readonly Remedy[];
}

/** A capability, decoded by whoever knows it. */
export interface ReportCapability {
  /** What it is called: "MSI-X". */
  readonly name: string;
  /** Where it begins in the config space. */
  readonly at: number;
  /** Bytes. @default as far as it is seen to go */
  readonly size?: number;
  /** Its registers, for the map of the config space. @default none is known */
  readonly registers?: RegisterMap;
  /** What it says. */
  readonly fields: readonly ReportFact[];
}

/** An access that an IOMMU blocked, as the kernel's log has it. */
export interface ReportFault extends IommuFault {
  /** Since the machine was switched on. */
  readonly seconds: number;
}

/** A device. */
export interface ReportDevice {
  /** As {@linkcode Host.list} gives it. */
  readonly entry: DeviceEntry;
  /** Its name. @default what its class code says */
  readonly name?: string;
  /** More that is known of it. @default nothing */
  readonly facts?: readonly ReportFact[];
  /** Its BARs and ROM, as {@linkcode Host.details} gives them. @default those in the config space, without sizes */
  readonly resources?: readonly DeviceResource[];
  /** Its config space, as far as it could be read. @default not read */
  readonly config?: Uint8Array;
  /** Bytes of the config space that were taken out: {@linkcode redactReport} tells them. @default none */
  readonly hidden?: readonly HiddenBytes[];
  /** Its capabilities. @default those that are found in the config space */
  readonly capabilities?: readonly ReportCapability[];
  /** What was checked about it. @default nothing */
  readonly checks?: readonly ReportCheck[];
}

/** A report. */
export interface ReportData extends Omit<GroupsData, "devices" | "names"> {
  /** What it is about. @default "VFIO report" */
  readonly title?: string;
  /** When it was made, as it is to be printed. @default not said */
  readonly created?: string;
  /** About the machine: kernel, IOMMU, versions. */
  readonly machine: readonly ReportFact[];
  /** What was checked about the machine. @default nothing */
  readonly checks?: readonly ReportCheck[];
  /** Its devices, in the order in which they are to stand. */
  readonly devices: readonly ReportDevice[];
  /** What IOMMUs blocked. @default nothing */
  readonly faults?: readonly ReportFault[];
  /** Address spaces to draw. @default none */
  readonly dma?: readonly DmaMapData[];
  /** Measurements to draw. @default none */
  readonly latencies?: readonly LatencyHistogram[];
  /** Serial numbers that are known from elsewhere, as from an NVMe controller: they are taken out wherever they stand. @default none */
  readonly serials?: readonly string[];
}

/** What a report may tell. */
export interface ReportOptions {
  /** Serial numbers stay in it, for readers who may know them. @default false */
  readonly keepSerials?: boolean;
}
