/**
 * The registers that setpci knows by name, in the order of `setpci --dumpregs`. What has a declaration is not declared
 * again here.
 *
 * @see setpci(8); Linux, include/uapi/linux/pci_regs.h
 */
import {
  BRIDGE_HEADER,
  CAPABILITY,
  CARDBUS_HEADER,
  CONFIG_HEADER,
  EXTENDED_CAPABILITY,
} from "../../pci/mod.ts";
import type { RegisterDeclaration } from "../../mod.ts";

/** Where a register stands, and how wide it is. */
export type Place = Pick<RegisterDeclaration, "at" | "width">;

/** Registers of every header. */
export const COMMON_REGISTERS = {
  VENDOR_ID: CONFIG_HEADER.vendorId,
  DEVICE_ID: CONFIG_HEADER.deviceId,
  COMMAND: CONFIG_HEADER.command,
  STATUS: CONFIG_HEADER.status,
  REVISION: CONFIG_HEADER.revisionId,
  CLASS_PROG: { at: 0x09, width: 8 },
  CLASS_DEVICE: { at: 0x0a, width: 16 },
  CACHE_LINE_SIZE: CONFIG_HEADER.cacheLineSize,
  LATENCY_TIMER: CONFIG_HEADER.latencyTimer,
  HEADER_TYPE: CONFIG_HEADER.headerType,
  BIST: CONFIG_HEADER.bist,
} as const satisfies Readonly<Record<string, Place>>;

/** Registers of the headers of devices and of bridges. */
export const DEVICE_AND_BRIDGE_REGISTERS = {
  BASE_ADDRESS_0: CONFIG_HEADER.bar0,
  BASE_ADDRESS_1: CONFIG_HEADER.bar1,
  CAPABILITIES: CONFIG_HEADER.capabilitiesPointer,
  INTERRUPT_LINE: CONFIG_HEADER.interruptLine,
  INTERRUPT_PIN: CONFIG_HEADER.interruptPin,
} as const satisfies Readonly<Record<string, Place>>;

/** Registers of a device's header alone. */
export const DEVICE_REGISTERS = {
  BASE_ADDRESS_2: CONFIG_HEADER.bar2,
  BASE_ADDRESS_3: CONFIG_HEADER.bar3,
  BASE_ADDRESS_4: CONFIG_HEADER.bar4,
  BASE_ADDRESS_5: CONFIG_HEADER.bar5,
  CARDBUS_CIS: CONFIG_HEADER.cardbusCisPointer,
  SUBSYSTEM_VENDOR_ID: CONFIG_HEADER.subsystemVendorId,
  SUBSYSTEM_ID: CONFIG_HEADER.subsystemId,
  ROM_ADDRESS: CONFIG_HEADER.expansionRom,
  MIN_GNT: CONFIG_HEADER.minGnt,
  MAX_LAT: CONFIG_HEADER.maxLat,
} as const satisfies Readonly<Record<string, Place>>;

/** Registers of a bridge's header alone. */
export const BRIDGE_REGISTERS = {
  PRIMARY_BUS: BRIDGE_HEADER.primaryBus,
  SECONDARY_BUS: BRIDGE_HEADER.secondaryBus,
  SUBORDINATE_BUS: BRIDGE_HEADER.subordinateBus,
  SEC_LATENCY_TIMER: BRIDGE_HEADER.secondaryLatencyTimer,
  IO_BASE: BRIDGE_HEADER.ioBase,
  IO_LIMIT: BRIDGE_HEADER.ioLimit,
  SEC_STATUS: BRIDGE_HEADER.secondaryStatus,
  MEMORY_BASE: BRIDGE_HEADER.memoryBase,
  MEMORY_LIMIT: BRIDGE_HEADER.memoryLimit,
  PREF_MEMORY_BASE: BRIDGE_HEADER.prefetchableBase,
  PREF_MEMORY_LIMIT: BRIDGE_HEADER.prefetchableLimit,
  PREF_BASE_UPPER32: BRIDGE_HEADER.prefetchableBaseUpper,
  PREF_LIMIT_UPPER32: BRIDGE_HEADER.prefetchableLimitUpper,
  IO_BASE_UPPER16: BRIDGE_HEADER.ioBaseUpper,
  IO_LIMIT_UPPER16: BRIDGE_HEADER.ioLimitUpper,
  BRIDGE_ROM_ADDRESS: BRIDGE_HEADER.expansionRom,
  BRIDGE_CONTROL: BRIDGE_HEADER.bridgeControl,
} as const satisfies Readonly<Record<string, Place>>;

/** Registers of a CardBus bridge's header alone. setpci takes its I/O windows in halves. */
export const CARDBUS_REGISTERS = {
  CB_CARDBUS_BASE: CARDBUS_HEADER.bar0,
  CB_CAPABILITIES: { at: CARDBUS_HEADER.capabilitiesPointer.at, width: 16 },
  CB_SEC_STATUS: CARDBUS_HEADER.secondaryStatus,
  CB_BUS_NUMBER: CARDBUS_HEADER.primaryBus,
  CB_CARDBUS_NUMBER: CARDBUS_HEADER.secondaryBus,
  CB_SUBORDINATE_BUS: CARDBUS_HEADER.subordinateBus,
  CB_CARDBUS_LATENCY: CARDBUS_HEADER.secondaryLatencyTimer,
  CB_MEMORY_BASE_0: CARDBUS_HEADER.memoryBase0,
  CB_MEMORY_LIMIT_0: CARDBUS_HEADER.memoryLimit0,
  CB_MEMORY_BASE_1: CARDBUS_HEADER.memoryBase1,
  CB_MEMORY_LIMIT_1: CARDBUS_HEADER.memoryLimit1,
  CB_IO_BASE_0: { at: CARDBUS_HEADER.ioBase0.at, width: 16 },
  CB_IO_BASE_0_HI: { at: CARDBUS_HEADER.ioBase0.at + 2, width: 16 },
  CB_IO_LIMIT_0: { at: CARDBUS_HEADER.ioLimit0.at, width: 16 },
  CB_IO_LIMIT_0_HI: { at: CARDBUS_HEADER.ioLimit0.at + 2, width: 16 },
  CB_IO_BASE_1: { at: CARDBUS_HEADER.ioBase1.at, width: 16 },
  CB_IO_BASE_1_HI: { at: CARDBUS_HEADER.ioBase1.at + 2, width: 16 },
  CB_IO_LIMIT_1: { at: CARDBUS_HEADER.ioLimit1.at, width: 16 },
  CB_IO_LIMIT_1_HI: { at: CARDBUS_HEADER.ioLimit1.at + 2, width: 16 },
  CB_SUBSYSTEM_VENDOR_ID: CARDBUS_HEADER.subsystemVendorId,
  CB_SUBSYSTEM_ID: CARDBUS_HEADER.subsystemId,
  CB_LEGACY_MODE_BASE: CARDBUS_HEADER.legacyModeBase,
} as const satisfies Readonly<Record<string, Place>>;

/** Capabilities of the first 256 bytes, by id. */
export const CAPABILITIES = {
  CAP_PM: CAPABILITY.powerManagement,
  CAP_AGP: CAPABILITY.agp,
  CAP_VPD: CAPABILITY.vitalProductData,
  CAP_SLOTID: CAPABILITY.slotIdentification,
  CAP_MSI: CAPABILITY.msi,
  CAP_CHSWP: CAPABILITY.compactPciHotSwap,
  CAP_PCIX: CAPABILITY.pciX,
  CAP_HT: CAPABILITY.hyperTransport,
  CAP_VNDR: CAPABILITY.vendorSpecific,
  CAP_DBG: CAPABILITY.debugPort,
  CAP_CCRC: CAPABILITY.compactPciResourceControl,
  CAP_HOTPLUG: CAPABILITY.hotPlug,
  CAP_SSVID: CAPABILITY.bridgeSubsystem,
  CAP_AGP3: CAPABILITY.agp8x,
  CAP_SECURE: CAPABILITY.secureDevice,
  CAP_EXP: CAPABILITY.pciExpress,
  CAP_MSIX: CAPABILITY.msix,
  CAP_SATA: CAPABILITY.sata,
  CAP_AF: CAPABILITY.advancedFeatures,
  CAP_EA: CAPABILITY.enhancedAllocation,
} as const satisfies Readonly<Record<string, number>>;

/** Capabilities from 0x100 on, by id. */
export const EXTENDED_CAPABILITIES = {
  ECAP_AER: EXTENDED_CAPABILITY.advancedErrorReporting,
  ECAP_VC: EXTENDED_CAPABILITY.virtualChannel,
  ECAP_DSN: EXTENDED_CAPABILITY.deviceSerialNumber,
  ECAP_PB: EXTENDED_CAPABILITY.powerBudgeting,
  ECAP_RCLINK: EXTENDED_CAPABILITY.rootComplexLinkDeclaration,
  ECAP_RCILINK: EXTENDED_CAPABILITY.rootComplexInternalLinkControl,
  ECAP_RCEC: EXTENDED_CAPABILITY.rootComplexEventCollector,
  ECAP_MFVC: EXTENDED_CAPABILITY.multiFunctionVirtualChannel,
  ECAP_VC2: EXTENDED_CAPABILITY.virtualChannelWithMultiFunction,
  ECAP_RBCB: EXTENDED_CAPABILITY.rootComplexRegisterBlock,
  ECAP_VNDR: EXTENDED_CAPABILITY.vendorSpecific,
  ECAP_ACS: EXTENDED_CAPABILITY.accessControlServices,
  ECAP_ARI: EXTENDED_CAPABILITY.alternativeRoutingId,
  ECAP_ATS: EXTENDED_CAPABILITY.addressTranslationServices,
  ECAP_SRIOV: EXTENDED_CAPABILITY.singleRootIoVirtualization,
  ECAP_MRIOV: EXTENDED_CAPABILITY.multiRootIoVirtualization,
  ECAP_MCAST: EXTENDED_CAPABILITY.multicast,
  ECAP_PRI: EXTENDED_CAPABILITY.pageRequestInterface,
  ECAP_REBAR: EXTENDED_CAPABILITY.resizableBar,
  ECAP_DPA: EXTENDED_CAPABILITY.dynamicPowerAllocation,
  ECAP_TPH: EXTENDED_CAPABILITY.tphRequester,
  ECAP_LTR: EXTENDED_CAPABILITY.latencyToleranceReporting,
  ECAP_SECPCI: EXTENDED_CAPABILITY.secondaryPciExpress,
  ECAP_PMUX: EXTENDED_CAPABILITY.protocolMultiplexing,
  ECAP_PASID: EXTENDED_CAPABILITY.processAddressSpaceId,
  ECAP_LNR: EXTENDED_CAPABILITY.lnRequester,
  ECAP_DPC: EXTENDED_CAPABILITY.downstreamPortContainment,
  ECAP_L1PM: EXTENDED_CAPABILITY.l1PowerManagementSubstates,
  ECAP_PTM: EXTENDED_CAPABILITY.precisionTimeMeasurement,
  ECAP_M_PCIE: EXTENDED_CAPABILITY.pciExpressOverMPhy,
  ECAP_FRS: EXTENDED_CAPABILITY.frsQueueing,
  ECAP_RTR: EXTENDED_CAPABILITY.readinessTimeReporting,
  ECAP_DVSEC: EXTENDED_CAPABILITY.designatedVendorSpecific,
  ECAP_VF_REBAR: EXTENDED_CAPABILITY.vfResizableBar,
  ECAP_DLNK: EXTENDED_CAPABILITY.dataLinkFeature,
  ECAP_16GT: EXTENDED_CAPABILITY.physicalLayer16GT,
  ECAP_LMR: EXTENDED_CAPABILITY.laneMargining,
  ECAP_HIER_ID: EXTENDED_CAPABILITY.hierarchyId,
  ECAP_NPEM: EXTENDED_CAPABILITY.nativeEnclosureManagement,
  ECAP_32GT: EXTENDED_CAPABILITY.physicalLayer32GT,
  ECAP_IDE: EXTENDED_CAPABILITY.integrityAndDataEncryption,
  ECAP_64GT: EXTENDED_CAPABILITY.physicalLayer64GT,
} as const satisfies Readonly<Record<string, number>>;
