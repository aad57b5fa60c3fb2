/** Decoders of the capabilities that route, isolate and share, where a map does not say all. */
import { barsOf } from "../bars.ts";
import { describeBar } from "./described_bar.ts";
import type { DescribedBar } from "./described_bar.ts";
import { wide } from "./fields.ts";
import type { Fields } from "./fields.ts";
import {
  ACCESS_CONTROL_SERVICES,
  MULTICAST,
  MULTICAST_MEANINGS,
  MULTICAST_OVERLAY,
  PROCESSING_HINTS,
  PROCESSING_HINTS_MEANINGS,
  SINGLE_ROOT_IO_VIRTUALIZATION,
  SINGLE_ROOT_IO_VIRTUALIZATION_MEANINGS,
} from "./routing_data.ts";
import type { Scope } from "./scope.ts";

/** Access Control Services; the vector has a bit for each port, in words of 32 bits. */
export type AccessControlFields = Fields<typeof ACCESS_CONTROL_SERVICES> & {
  readonly egressControlVector?: readonly number[];
};

/** Reads Access Control Services. */
export function decodeAccessControl(scope: Scope): AccessControlFields {
  const fields = scope.read(ACCESS_CONTROL_SERVICES);
  const size = fields.egressControlVectorSize;
  if (!fields.capabilities?.egressControl || size === undefined) return fields;
  const words = Math.ceil((size === 0 ? 256 : size) / 32);
  return { ...fields, egressControlVector: scope.numbers(0x08, words, 32) };
}

/** Single Root I/O Virtualization, with the BARs of its virtual functions. */
export type VirtualizationFields =
  & Fields<typeof SINGLE_ROOT_IO_VIRTUALIZATION, typeof SINGLE_ROOT_IO_VIRTUALIZATION_MEANINGS>
  & { readonly vfBars: readonly DescribedBar[] };

const VF_BARS = 0x24;

/** Reads Single Root I/O Virtualization. */
export function decodeVirtualization(scope: Scope): VirtualizationFields {
  return {
    ...scope.read(SINGLE_ROOT_IO_VIRTUALIZATION, SINGLE_ROOT_IO_VIRTUALIZATION_MEANINGS),
    vfBars: barsOf(scope.numbers(VF_BARS, 6, 32)).map(describeBar),
  };
}

/** Multicast. Sets of groups have a bit for each. */
export type MulticastFields =
  & Pick<Fields<typeof MULTICAST, typeof MULTICAST_MEANINGS>, "capabilities" | "control">
  & {
    readonly base?: string;
    readonly indexPosition?: number;
    readonly receive?: string;
    readonly blockAll?: string;
    readonly blockUntranslated?: string;
    readonly overlay?: {
      /** 2 to this power is the size in bytes; there is no overlay below 6. */
      readonly size: number;
      readonly base: string;
    };
  };

const PORTS: readonly (string | undefined)[] = ["root port", "upstream port", "downstream port"];

/** Reads Multicast. */
export function decodeMulticast(scope: Scope): MulticastFields {
  const fields = scope.read(MULTICAST, MULTICAST_MEANINGS);
  const { capabilities, control, baseLower, baseUpper } = fields;
  const base = wide(baseLower === undefined ? undefined : baseLower.address * 2 ** 12, baseUpper);
  const receive = wide(fields.receiveLower, fields.receiveUpper);
  const blockAll = wide(fields.blockAllLower, fields.blockAllUpper);
  const blockUntranslated = wide(fields.blockUntranslatedLower, fields.blockUntranslatedUpper);
  return {
    ...(capabilities !== undefined && { capabilities }),
    ...(control !== undefined && { control }),
    ...(base !== undefined && { base }),
    ...(baseLower !== undefined && { indexPosition: baseLower.indexPosition }),
    ...(receive !== undefined && { receive }),
    ...(blockAll !== undefined && { blockAll }),
    ...(blockUntranslated !== undefined && { blockUntranslated }),
    ...(PORTS.includes(scope.facts.port) && overlayOf(scope)),
  };
}

function overlayOf(scope: Scope): Pick<MulticastFields, "overlay"> {
  const { overlayLower, overlayUpper } = scope.read(MULTICAST_OVERLAY);
  const base = wide(overlayLower === undefined ? undefined : overlayLower.address * 2 ** 6, overlayUpper);
  return overlayLower === undefined || base === undefined
    ? {}
    : { overlay: { size: overlayLower.size, base } };
}

/** Transaction Processing Hints Requester, with its table where it is in the capability. */
export type ProcessingHintsFields = Fields<typeof PROCESSING_HINTS, typeof PROCESSING_HINTS_MEANINGS> & {
  readonly table?: readonly number[];
};

/** Reads Transaction Processing Hints Requester. */
export function decodeProcessingHints(scope: Scope): ProcessingHintsFields {
  const fields = scope.read(PROCESSING_HINTS, PROCESSING_HINTS_MEANINGS);
  if (fields.capabilities?.tableLocation !== "capability") return fields;
  return { ...fields, table: scope.numbers(0x0c, fields.capabilities.tableSize, 16) };
}
