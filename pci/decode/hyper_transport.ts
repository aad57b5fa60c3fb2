/** Decoders of HyperTransport: one capability id, many layouts. */
import type { Fields } from "./fields.ts";
import { wide } from "./fields.ts";
import {
  HT_ADDRESS_MAPPING,
  HT_DIRECT_ROUTE,
  HT_EXTENDED_CONFIGURATION,
  HT_INTERRUPTS,
  HT_MEANINGS,
  HT_MSI_MAPPING,
  HT_MSI_MAPPING_ADDRESS,
  HT_PRIMARY,
  HT_PRIMARY_1_02,
  HT_RETRY_MODE,
  HT_REVISION,
  HT_SECONDARY,
  HT_SECONDARY_1_02,
  HT_SECONDARY_EXTENDED,
  HT_SWITCH,
  HT_UNIT_ID_CLUMPING,
  HT_VC_SET,
  HYPER_TRANSPORT,
} from "./hyper_transport_data.ts";
import type { Scope } from "./scope.ts";

/** HyperTransport, by the type of its capability. */
export type HyperTransportFields =
  | (
    & { readonly type: "primary interface" }
    & Fields<typeof HT_PRIMARY, typeof HT_MEANINGS>
    & Fields<typeof HT_PRIMARY_1_02, typeof HT_MEANINGS>
  )
  | (
    & { readonly type: "secondary interface" }
    & Fields<typeof HT_SECONDARY, typeof HT_MEANINGS>
    & Fields<typeof HT_SECONDARY_1_02, typeof HT_MEANINGS>
    & Fields<typeof HT_SECONDARY_EXTENDED>
  )
  | ({ readonly type: "switch" } & Fields<typeof HT_SWITCH>)
  | ({ readonly type: "interrupt configuration" } & Fields<typeof HT_INTERRUPTS>)
  | ({ readonly type: "revision" } & Fields<typeof HT_REVISION>)
  | ({ readonly type: "UnitID clumping" } & Fields<typeof HT_UNIT_ID_CLUMPING>)
  | ({ readonly type: "extended configuration" } & Fields<typeof HT_EXTENDED_CONFIGURATION>)
  | ({ readonly type: "address mapping" } & Fields<typeof HT_ADDRESS_MAPPING>)
  | ({ readonly type: "MSI mapping"; readonly address?: string } & Fields<typeof HT_MSI_MAPPING>)
  | ({ readonly type: "DirectRoute" } & Fields<typeof HT_DIRECT_ROUTE>)
  | ({ readonly type: "VCSet" } & Fields<typeof HT_VC_SET>)
  | ({ readonly type: "retry mode" } & Fields<typeof HT_RETRY_MODE>)
  | { readonly type: "X86" | "Gen3" | "function extension" | "power management" | `reserved ${number}` }
  | { readonly type?: undefined };

/** Reads a HyperTransport capability. */
export function decodeHyperTransport(scope: Scope): HyperTransportFields {
  const { command } = scope.read(HYPER_TRANSPORT);
  if (command === undefined) return {};
  // The first two types have three bits, the others five.
  if (command.type >> 2 === 0) return primary(scope);
  if (command.type >> 2 === 1) return secondary(scope);
  switch (command.type) {
    case 0b01000:
      return { type: "switch", ...scope.read(HT_SWITCH) };
    case 0b10000:
      return { type: "interrupt configuration", ...scope.read(HT_INTERRUPTS) };
    case 0b10001:
      return { type: "revision", ...scope.read(HT_REVISION) };
    case 0b10010:
      return { type: "UnitID clumping", ...scope.read(HT_UNIT_ID_CLUMPING) };
    case 0b10011:
      return { type: "extended configuration", ...scope.read(HT_EXTENDED_CONFIGURATION) };
    case 0b10100:
      return { type: "address mapping", ...scope.read(HT_ADDRESS_MAPPING) };
    case 0b10101:
      return msiMapping(scope);
    case 0b10110:
      return { type: "DirectRoute", ...scope.read(HT_DIRECT_ROUTE) };
    case 0b10111:
      return { type: "VCSet", ...scope.read(HT_VC_SET) };
    case 0b11000:
      return { type: "retry mode", ...scope.read(HT_RETRY_MODE) };
    case 0b11001:
      return { type: "X86" };
    case 0b11010:
      return { type: "Gen3" };
    case 0b11011:
      return { type: "function extension" };
    case 0b11100:
      return { type: "power management" };
    default:
      return { type: `reserved ${command.type}` };
  }
}

function primary(scope: Scope): HyperTransportFields {
  const fields = scope.read(HT_PRIMARY, HT_MEANINGS);
  const rest = isFrom1_02(fields.revision) ? scope.read(HT_PRIMARY_1_02, HT_MEANINGS) : {};
  return { type: "primary interface", ...fields, ...rest };
}

function secondary(scope: Scope): HyperTransportFields {
  const fields = scope.read(HT_SECONDARY, HT_MEANINGS);
  if (!isFrom1_02(fields.revision)) return { type: "secondary interface", ...fields };
  const rest = scope.read(HT_SECONDARY_1_02, HT_MEANINGS);
  const extended = rest.features?.extendedRegisterSet ? scope.read(HT_SECONDARY_EXTENDED) : {};
  return { type: "secondary interface", ...fields, ...rest, ...extended };
}

function isFrom1_02(revision: { readonly major: number; readonly minor: number } | undefined): boolean {
  return revision !== undefined && (revision.major > 1 || revision.major === 1 && revision.minor >= 2);
}

function msiMapping(scope: Scope): HyperTransportFields {
  const fields = scope.read(HT_MSI_MAPPING);
  if (fields.command?.fixed !== false) return { type: "MSI mapping", ...fields };
  const { addressLower, addressUpper } = scope.read(HT_MSI_MAPPING_ADDRESS);
  // The mapping is of a whole MiB.
  const lower = addressLower === undefined ? undefined : (addressLower & ~0xf_ffff) >>> 0;
  const address = wide(lower, addressUpper);
  return { type: "MSI mapping", ...fields, ...(address !== undefined && { address }) };
}
