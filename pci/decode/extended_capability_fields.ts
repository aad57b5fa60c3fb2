/** What is decoded of each kind of capability from 0x100 on. */
import type { EXTENDED_CAPABILITY } from "../capability_ids_data.ts";
import { decodeVirtualChannels } from "./channels.ts";
import type { VirtualChannelFields } from "./channels.ts";
import { decodeDesignated, decodeExtendedVendorSpecific } from "./designated.ts";
import type { DesignatedFields, ExtendedVendorSpecificFields } from "./designated.ts";
import { decodeContainment, decodeErrorReporting } from "./errors.ts";
import type { ContainmentFields, ErrorReportingFields } from "./errors.ts";
import type { Fields } from "./fields.ts";
import { FLIT_ERROR_INJECTION, FLIT_ERROR_INJECTION_MEANINGS } from "./flit_data.ts";
import { decodeFlitLogging, decodeFlitPerformance, decodeRegisterBlockLocator } from "./flits.ts";
import type { FlitLoggingFields, FlitPerformanceFields, RegisterBlockLocatorFields } from "./flits.ts";
import { decodeHierarchyId, decodeShadowFunctions } from "./hierarchy.ts";
import type { HierarchyIdFields, ShadowFunctionsFields } from "./hierarchy.ts";
import { SYSTEM_FIRMWARE_INTERMEDIARY, SYSTEM_FIRMWARE_INTERMEDIARY_MEANINGS } from "./hierarchy_data.ts";
import { decodeNothing, layout } from "./layout.ts";
import type { Decoder } from "./layout.ts";
import {
  decodeAlternateProtocol,
  decodeLaneMargining,
  decodePhysical16,
  decodePhysical32,
  decodePhysical64,
  decodeProtocolMultiplexing,
  decodeSecondaryExpress,
} from "./physical.ts";
import type {
  AlternateProtocolFields,
  LaneMarginingFields,
  Physical16Fields,
  Physical32Fields,
  Physical64Fields,
  ProtocolMultiplexingFields,
  SecondaryExpressFields,
} from "./physical.ts";
import { DATA_LINK_FEATURE, DEVICE_3, DEVICE_3_MEANINGS } from "./physical_data.ts";
import {
  decodeL1Substates,
  decodeLatencyTolerance,
  decodePowerAllocation,
  decodePowerBudgeting,
  decodeReadinessTime,
} from "./power.ts";
import type {
  L1SubstatesFields,
  LatencyToleranceFields,
  PowerAllocationFields,
  PowerBudgetingFields,
  ReadinessTimeFields,
} from "./power.ts";
import { ENCLOSURE_MANAGEMENT, FRS_QUEUEING, PRECISION_TIME } from "./power_data.ts";
import { decodeResizableBars } from "./resizable_bars.ts";
import type { ResizableBarsFields } from "./resizable_bars.ts";
import { decodeEventCollector, decodeInternalLink, decodeLinkDeclaration } from "./root_complex.ts";
import type { EventCollectorFields, InternalLinkFields, LinkDeclarationFields } from "./root_complex.ts";
import { REGISTER_BLOCK } from "./root_complex_data.ts";
import {
  decodeAccessControl,
  decodeMulticast,
  decodeProcessingHints,
  decodeVirtualization,
} from "./routing.ts";
import type {
  AccessControlFields,
  MulticastFields,
  ProcessingHintsFields,
  VirtualizationFields,
} from "./routing.ts";
import {
  ADDRESS_TRANSLATION_SERVICES,
  ADDRESS_TRANSLATION_SERVICES_MEANINGS,
  ALTERNATIVE_ROUTING_ID,
  LN_REQUESTER,
  PAGE_REQUEST_INTERFACE,
  PROCESS_ADDRESS_SPACE_ID,
} from "./routing_data.ts";
import { decodeEncryption } from "./security.ts";
import type { EncryptionFields } from "./security.ts";
import { DATA_OBJECT_EXCHANGE } from "./security_data.ts";
import { decodeSerialNumber } from "./serial_number.ts";
import type { SerialNumberFields } from "./serial_number.ts";

/** Fields by the kind of capability, as {@linkcode EXTENDED_CAPABILITY} names it. */
export type ExtendedCapabilityFields = {
  readonly null: Record<never, never>;
  readonly advancedErrorReporting: ErrorReportingFields;
  readonly virtualChannel: VirtualChannelFields;
  readonly deviceSerialNumber: SerialNumberFields;
  readonly powerBudgeting: PowerBudgetingFields;
  readonly rootComplexLinkDeclaration: LinkDeclarationFields;
  readonly rootComplexInternalLinkControl: InternalLinkFields;
  readonly rootComplexEventCollector: EventCollectorFields;
  readonly multiFunctionVirtualChannel: VirtualChannelFields;
  readonly virtualChannelWithMultiFunction: VirtualChannelFields;
  readonly rootComplexRegisterBlock: Fields<typeof REGISTER_BLOCK>;
  readonly vendorSpecific: ExtendedVendorSpecificFields;
  readonly configurationAccessCorrelation: Record<never, never>;
  readonly accessControlServices: AccessControlFields;
  readonly alternativeRoutingId: Fields<typeof ALTERNATIVE_ROUTING_ID>;
  readonly addressTranslationServices: Fields<
    typeof ADDRESS_TRANSLATION_SERVICES,
    typeof ADDRESS_TRANSLATION_SERVICES_MEANINGS
  >;
  readonly singleRootIoVirtualization: VirtualizationFields;
  readonly multiRootIoVirtualization: Record<never, never>;
  readonly multicast: MulticastFields;
  readonly pageRequestInterface: Fields<typeof PAGE_REQUEST_INTERFACE>;
  readonly reservedForAmd: Record<never, never>;
  readonly resizableBar: ResizableBarsFields;
  readonly dynamicPowerAllocation: PowerAllocationFields;
  readonly tphRequester: ProcessingHintsFields;
  readonly latencyToleranceReporting: LatencyToleranceFields;
  readonly secondaryPciExpress: SecondaryExpressFields;
  readonly protocolMultiplexing: ProtocolMultiplexingFields;
  readonly processAddressSpaceId: Fields<typeof PROCESS_ADDRESS_SPACE_ID>;
  readonly lnRequester: Fields<typeof LN_REQUESTER>;
  readonly downstreamPortContainment: ContainmentFields;
  readonly l1PowerManagementSubstates: L1SubstatesFields;
  readonly precisionTimeMeasurement: Fields<typeof PRECISION_TIME>;
  readonly pciExpressOverMPhy: Record<never, never>;
  readonly frsQueueing: Fields<typeof FRS_QUEUEING>;
  readonly readinessTimeReporting: ReadinessTimeFields;
  readonly designatedVendorSpecific: DesignatedFields;
  readonly vfResizableBar: ResizableBarsFields;
  readonly dataLinkFeature: Fields<typeof DATA_LINK_FEATURE>;
  readonly physicalLayer16GT: Physical16Fields;
  readonly laneMargining: LaneMarginingFields;
  readonly hierarchyId: HierarchyIdFields;
  readonly nativeEnclosureManagement: Fields<typeof ENCLOSURE_MANAGEMENT>;
  readonly physicalLayer32GT: Physical32Fields;
  readonly alternateProtocol: AlternateProtocolFields;
  readonly systemFirmwareIntermediary: Fields<
    typeof SYSTEM_FIRMWARE_INTERMEDIARY,
    typeof SYSTEM_FIRMWARE_INTERMEDIARY_MEANINGS
  >;
  readonly shadowFunctions: ShadowFunctionsFields;
  readonly dataObjectExchange: Fields<typeof DATA_OBJECT_EXCHANGE>;
  readonly device3: Fields<typeof DEVICE_3, typeof DEVICE_3_MEANINGS>;
  readonly integrityAndDataEncryption: EncryptionFields;
  readonly physicalLayer64GT: Physical64Fields;
  readonly flitLogging: FlitLoggingFields;
  readonly flitPerformanceMeasurement: FlitPerformanceFields;
  readonly flitErrorInjection: Fields<typeof FLIT_ERROR_INJECTION, typeof FLIT_ERROR_INJECTION_MEANINGS>;
  readonly streamlinedVirtualChannel: Record<never, never>;
  readonly mmioRegisterBlockLocator: RegisterBlockLocatorFields;
};

type Decoders = {
  readonly [Kind in keyof typeof EXTENDED_CAPABILITY]: Decoder<ExtendedCapabilityFields[Kind]>;
};

/** The decoders by kind. */
export const EXTENDED_CAPABILITY_DECODERS: Decoders = {
  null: decodeNothing,
  advancedErrorReporting: decodeErrorReporting,
  virtualChannel: decodeVirtualChannels,
  deviceSerialNumber: decodeSerialNumber,
  powerBudgeting: decodePowerBudgeting,
  rootComplexLinkDeclaration: decodeLinkDeclaration,
  rootComplexInternalLinkControl: decodeInternalLink,
  rootComplexEventCollector: decodeEventCollector,
  multiFunctionVirtualChannel: decodeVirtualChannels,
  virtualChannelWithMultiFunction: decodeVirtualChannels,
  rootComplexRegisterBlock: layout(REGISTER_BLOCK),
  vendorSpecific: decodeExtendedVendorSpecific,
  configurationAccessCorrelation: decodeNothing,
  accessControlServices: decodeAccessControl,
  alternativeRoutingId: layout(ALTERNATIVE_ROUTING_ID),
  addressTranslationServices: layout(ADDRESS_TRANSLATION_SERVICES, ADDRESS_TRANSLATION_SERVICES_MEANINGS),
  singleRootIoVirtualization: decodeVirtualization,
  multiRootIoVirtualization: decodeNothing,
  multicast: decodeMulticast,
  pageRequestInterface: layout(PAGE_REQUEST_INTERFACE),
  reservedForAmd: decodeNothing,
  resizableBar: decodeResizableBars,
  dynamicPowerAllocation: decodePowerAllocation,
  tphRequester: decodeProcessingHints,
  latencyToleranceReporting: decodeLatencyTolerance,
  secondaryPciExpress: decodeSecondaryExpress,
  protocolMultiplexing: decodeProtocolMultiplexing,
  processAddressSpaceId: layout(PROCESS_ADDRESS_SPACE_ID),
  lnRequester: layout(LN_REQUESTER),
  downstreamPortContainment: decodeContainment,
  l1PowerManagementSubstates: decodeL1Substates,
  precisionTimeMeasurement: layout(PRECISION_TIME),
  pciExpressOverMPhy: decodeNothing,
  frsQueueing: layout(FRS_QUEUEING),
  readinessTimeReporting: decodeReadinessTime,
  designatedVendorSpecific: decodeDesignated,
  vfResizableBar: decodeResizableBars,
  dataLinkFeature: layout(DATA_LINK_FEATURE),
  physicalLayer16GT: decodePhysical16,
  laneMargining: decodeLaneMargining,
  hierarchyId: decodeHierarchyId,
  nativeEnclosureManagement: layout(ENCLOSURE_MANAGEMENT),
  physicalLayer32GT: decodePhysical32,
  alternateProtocol: decodeAlternateProtocol,
  systemFirmwareIntermediary: layout(SYSTEM_FIRMWARE_INTERMEDIARY, SYSTEM_FIRMWARE_INTERMEDIARY_MEANINGS),
  shadowFunctions: decodeShadowFunctions,
  dataObjectExchange: layout(DATA_OBJECT_EXCHANGE),
  device3: layout(DEVICE_3, DEVICE_3_MEANINGS),
  integrityAndDataEncryption: decodeEncryption,
  physicalLayer64GT: decodePhysical64,
  flitLogging: decodeFlitLogging,
  flitPerformanceMeasurement: decodeFlitPerformance,
  flitErrorInjection: layout(FLIT_ERROR_INJECTION, FLIT_ERROR_INJECTION_MEANINGS),
  streamlinedVirtualChannel: decodeNothing,
  mmioRegisterBlockLocator: decodeRegisterBlockLocator,
};
