/** What is decoded of each kind of capability in the first 256 bytes. */
import type { CAPABILITY } from "../capability_ids_data.ts";
import { decodeAgp, decodePciX, decodeSecureDevice, decodeVendorSpecific } from "./conventional.ts";
import type { AgpFields, PciXFields, SecureDeviceFields, VendorSpecificFields } from "./conventional.ts";
import {
  ADVANCED_FEATURES,
  BRIDGE_SUBSYSTEM,
  COMPACT_PCI_HOT_SWAP,
  DEBUG_PORT,
  FLATTENING_PORTAL_BRIDGE,
  HOT_PLUG,
  POWER_MANAGEMENT,
  POWER_MANAGEMENT_MEANINGS,
  SATA,
  SATA_MEANINGS,
  SLOT_IDENTIFICATION,
  VITAL_PRODUCT_DATA,
} from "./conventional_data.ts";
import { decodeEnhancedAllocation } from "./enhanced_allocation.ts";
import type { EnhancedAllocationFields } from "./enhanced_allocation.ts";
import { decodeExpress } from "./express.ts";
import type { ExpressFields } from "./express.ts";
import type { Fields } from "./fields.ts";
import { decodeHyperTransport } from "./hyper_transport.ts";
import type { HyperTransportFields } from "./hyper_transport.ts";
import { decodeMsiFields, decodeMsixFields } from "./interrupts.ts";
import type { MsiFields, MsixFields } from "./interrupts.ts";
import { decodeNothing, layout } from "./layout.ts";
import type { Decoder } from "./layout.ts";

/** Fields by the kind of capability, as {@linkcode CAPABILITY} names it. */
export type CapabilityFields = {
  readonly null: Record<never, never>;
  readonly powerManagement: Fields<typeof POWER_MANAGEMENT, typeof POWER_MANAGEMENT_MEANINGS>;
  readonly agp: AgpFields;
  readonly vitalProductData: Fields<typeof VITAL_PRODUCT_DATA>;
  readonly slotIdentification: Fields<typeof SLOT_IDENTIFICATION>;
  readonly msi: MsiFields;
  readonly compactPciHotSwap: Fields<typeof COMPACT_PCI_HOT_SWAP>;
  readonly pciX: PciXFields;
  readonly hyperTransport: HyperTransportFields;
  readonly vendorSpecific: VendorSpecificFields;
  readonly debugPort: Fields<typeof DEBUG_PORT>;
  readonly compactPciResourceControl: Record<never, never>;
  readonly hotPlug: Fields<typeof HOT_PLUG>;
  readonly bridgeSubsystem: Fields<typeof BRIDGE_SUBSYSTEM>;
  readonly agp8x: AgpFields;
  readonly secureDevice: SecureDeviceFields;
  readonly pciExpress: ExpressFields;
  readonly msix: MsixFields;
  readonly sata: Fields<typeof SATA, typeof SATA_MEANINGS>;
  readonly advancedFeatures: Fields<typeof ADVANCED_FEATURES>;
  readonly enhancedAllocation: EnhancedAllocationFields;
  readonly flatteningPortalBridge: Fields<typeof FLATTENING_PORTAL_BRIDGE>;
};

type Decoders = { readonly [Kind in keyof typeof CAPABILITY]: Decoder<CapabilityFields[Kind]> };

/** The decoders by kind. */
export const CAPABILITY_DECODERS: Decoders = {
  null: decodeNothing,
  powerManagement: layout(POWER_MANAGEMENT, POWER_MANAGEMENT_MEANINGS),
  agp: decodeAgp,
  vitalProductData: layout(VITAL_PRODUCT_DATA),
  slotIdentification: layout(SLOT_IDENTIFICATION),
  msi: decodeMsiFields,
  compactPciHotSwap: layout(COMPACT_PCI_HOT_SWAP),
  pciX: decodePciX,
  hyperTransport: decodeHyperTransport,
  vendorSpecific: decodeVendorSpecific,
  debugPort: layout(DEBUG_PORT),
  compactPciResourceControl: decodeNothing,
  hotPlug: layout(HOT_PLUG),
  bridgeSubsystem: layout(BRIDGE_SUBSYSTEM),
  agp8x: decodeAgp,
  secureDevice: decodeSecureDevice,
  pciExpress: decodeExpress,
  msix: decodeMsixFields,
  sata: layout(SATA, SATA_MEANINGS),
  advancedFeatures: layout(ADVANCED_FEATURES),
  enhancedAllocation: decodeEnhancedAllocation,
  flatteningPortalBridge: layout(FLATTENING_PORTAL_BRIDGE),
};
