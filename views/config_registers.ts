/** Registers of capabilities, by the kind of capability: what the bytes of a config space are called. */
import type { RegisterMap } from "../core/registers.ts";
import { BRIDGE_HEADER, CARDBUS_HEADER } from "../pci/bridge_header.ts";
import { BRIDGE_SUBSYSTEM, POWER_MANAGEMENT, VITAL_PRODUCT_DATA } from "../pci/decode/conventional_data.ts";
import {
  CONTAINMENT,
  CONTAINMENT_ROOT,
  ERROR_REPORTING,
  ERROR_REPORTING_ROOT,
} from "../pci/decode/error_data.ts";
import {
  EXPRESS,
  EXPRESS_2,
  EXPRESS_LINK,
  EXPRESS_LINK_2,
  EXPRESS_ROOT,
  EXPRESS_SLOT,
  EXPRESS_SLOT_2,
} from "../pci/decode/express_data.ts";
import { DATA_LINK_FEATURE, DEVICE_3, PHYSICAL_16, SECONDARY_EXPRESS } from "../pci/decode/physical_data.ts";
import { L1_SUBSTATES, LATENCY_TOLERANCE, PRECISION_TIME } from "../pci/decode/power_data.ts";
import {
  ACCESS_CONTROL_SERVICES,
  ADDRESS_TRANSLATION_SERVICES,
  ALTERNATIVE_ROUTING_ID,
  PAGE_REQUEST_INTERFACE,
  PROCESS_ADDRESS_SPACE_ID,
  SINGLE_ROOT_IO_VIRTUALIZATION,
} from "../pci/decode/routing_data.ts";
import { SERIAL_NUMBER } from "../pci/decode/serial_number.ts";
import { CONFIG_HEADER } from "../pci/header.ts";
import { MSI, MSI_32, MSI_64 } from "../pci/msi.ts";
import { MSIX } from "../pci/msix.ts";

/** A capability may have less than all of these: which depends on what the function is. */
const REGISTERS: Readonly<Record<string, RegisterMap>> = {
  powerManagement: POWER_MANAGEMENT,
  vitalProductData: VITAL_PRODUCT_DATA,
  bridgeSubsystem: BRIDGE_SUBSYSTEM,
  pciExpress: {
    ...EXPRESS,
    ...EXPRESS_LINK,
    ...EXPRESS_SLOT,
    ...EXPRESS_ROOT,
    ...EXPRESS_2,
    ...EXPRESS_LINK_2,
    ...EXPRESS_SLOT_2,
  },
  advancedErrorReporting: { ...ERROR_REPORTING, ...ERROR_REPORTING_ROOT },
  downstreamPortContainment: { ...CONTAINMENT, ...CONTAINMENT_ROOT },
  accessControlServices: ACCESS_CONTROL_SERVICES,
  alternativeRoutingId: ALTERNATIVE_ROUTING_ID,
  addressTranslationServices: ADDRESS_TRANSLATION_SERVICES,
  pageRequestInterface: PAGE_REQUEST_INTERFACE,
  processAddressSpaceId: PROCESS_ADDRESS_SPACE_ID,
  singleRootIoVirtualization: SINGLE_ROOT_IO_VIRTUALIZATION,
  latencyToleranceReporting: LATENCY_TOLERANCE,
  l1PowerManagementSubstates: L1_SUBSTATES,
  precisionTimeMeasurement: PRECISION_TIME,
  secondaryPciExpress: SECONDARY_EXPRESS,
  physicalLayer16GT: PHYSICAL_16,
  dataLinkFeature: DATA_LINK_FEATURE,
  device3: DEVICE_3,
};

/** Those that have all of theirs, whatever decoders call what they make of them. */
const WHOLE: Readonly<Record<string, RegisterMap>> = { msix: MSIX, deviceSerialNumber: SERIAL_NUMBER };

/** What decoding told of a capability. */
export interface DecodedPart {
  readonly kind?: string | undefined;
  readonly at: number;
  readonly fields: object;
}

/** Tells the registers of a capability, with offsets from its start; undefined where they are not known. */
export function capabilityRegisters(
  bytes: Uint8Array,
  { kind, at, fields }: DecodedPart,
): RegisterMap | undefined {
  if (kind === undefined) return undefined;
  if (kind === "msi") return msiRegisters(bytes, at);
  const known = REGISTERS[kind];
  if (known === undefined) return WHOLE[kind];
  return Object.fromEntries(Object.entries(known).filter(([name]) => Object.hasOwn(fields, name)));
}

function msiRegisters(bytes: Uint8Array, at: number): RegisterMap {
  const low = bytes[at + MSI.control.at] ?? 0;
  const high = bytes[at + MSI.control.at + 1] ?? 0;
  const { mask, pending, ...message } = (low & 0x80) === 0 ? MSI_32 : MSI_64;
  return (high & 1) === 0 ? { ...MSI, ...message } : { ...MSI, ...message, mask, pending };
}

const COMMON_END = 0x10;
const LAYOUTS: readonly RegisterMap[] = [{}, BRIDGE_HEADER, CARDBUS_HEADER];

/** Tells the registers of a header: a device's, a bridge's, a CardBus bridge's; of any other what all have. */
export function headerRegisters(bytes: Uint8Array): RegisterMap {
  const layout = (bytes[CONFIG_HEADER.headerType.at] ?? 0) & 0x7f;
  if (layout === 0) return CONFIG_HEADER;
  const common = Object.entries<RegisterMap[string]>(CONFIG_HEADER).filter(([, { at }]) => at < COMMON_END);
  return { ...Object.fromEntries(common), ...LAYOUTS[layout] };
}
