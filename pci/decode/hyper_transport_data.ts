/**
 * Layouts of the HyperTransport capabilities, each from its start.
 *
 * @see HyperTransport I/O Link Specification 3.10, chapter 7
 */
import type { RegisterMap } from "../../core/registers.ts";
import type { Field } from "../../core/register_fields.ts";
import type { Meanings } from "./fields.ts";

/** The upper bits of the command, which tell what kind of capability it is. */
export const HYPER_TRANSPORT = {
  command: { at: 0x02, width: 16, fields: { type: [15, 11] } },
} as const satisfies RegisterMap;

const LINK_CONTROL = {
  crcFloodEnable: 1,
  crcStartTest: 2,
  crcForceError: 3,
  linkFailure: 4,
  initialized: 5,
  endOfChain: 6,
  transmitterOff: 7,
  crcError: [11, 8],
  isochronousEnable: 12,
  ldtstopTristateEnable: 13,
  extendedCtlTime: 14,
  addressing64: 15,
} as const satisfies Readonly<Record<string, Field>>;

const LINK_CONFIG = {
  maxWidthIn: [2, 0],
  doublewordFlowControlIn: 3,
  maxWidthOut: [6, 4],
  doublewordFlowControlOut: 7,
  widthIn: [10, 8],
  doublewordFlowControlInEnable: 11,
  widthOut: [14, 12],
  doublewordFlowControlOutEnable: 15,
} as const satisfies Readonly<Record<string, Field>>;

const FREQUENCY_AND_ERROR = {
  frequency: [3, 0],
  protocolError: 4,
  overflowError: 5,
  endOfChainError: 6,
  ctlTimeout: 7,
} as const satisfies Readonly<Record<string, Field>>;

const FREQUENCIES = {
  mhz200: 0,
  mhz300: 1,
  mhz400: 2,
  mhz500: 3,
  mhz600: 4,
  mhz800: 5,
  mhz1000: 6,
  mhz1200: 7,
  mhz1400: 8,
  mhz1600: 9,
  vendorSpecific: 15,
} as const satisfies Readonly<Record<string, Field>>;

const ERROR_HANDLING = {
  protocolErrorFloodEnable: 0,
  overflowErrorFloodEnable: 1,
  protocolErrorFatalEnable: 2,
  overflowErrorFatalEnable: 3,
  endOfChainErrorFatalEnable: 4,
  responseErrorFatalEnable: 5,
  crcErrorFatalEnable: 6,
  systemErrorFatalEnable: 7,
  chainFail: 8,
  responseError: 9,
  protocolErrorNonfatalEnable: 10,
  overflowErrorNonfatalEnable: 11,
  endOfChainErrorNonfatalEnable: 12,
  responseErrorNonfatalEnable: 13,
  crcErrorNonfatalEnable: 14,
  systemErrorNonfatalEnable: 15,
} as const satisfies Readonly<Record<string, Field>>;

/** Slave or primary interface: what every revision has. */
export const HT_PRIMARY = {
  command: {
    at: 0x02,
    width: 16,
    fields: {
      baseUnitId: [4, 0],
      unitCount: [9, 5],
      masterHost: 10,
      defaultDirection: 11,
      dropOnUninitializedLink: 12,
    },
  },
  linkControl0: { at: 0x04, width: 16, fields: LINK_CONTROL },
  linkConfig0: { at: 0x06, width: 16, fields: LINK_CONFIG },
  linkControl1: { at: 0x08, width: 16, fields: LINK_CONTROL },
  linkConfig1: { at: 0x0a, width: 16, fields: LINK_CONFIG },
  revision: { at: 0x0c, width: 8, access: "ro", fields: { major: [7, 5], minor: [4, 0] } },
} as const satisfies RegisterMap;

/** Slave or primary interface: what it has from revision 1.02 on. */
export const HT_PRIMARY_1_02 = {
  linkFrequency0: { at: 0x0d, width: 8, fields: FREQUENCY_AND_ERROR },
  linkFrequencies0: { at: 0x0e, width: 16, access: "ro", fields: FREQUENCIES },
  features: {
    at: 0x10,
    width: 8,
    access: "ro",
    fields: {
      isochronous: 0,
      ldtstop: 1,
      crcTestMode: 2,
      extendedCtlTimeRequired: 3,
      addressing64: 4,
      unitIdReorderDisable: 5,
    },
  },
  linkFrequency1: { at: 0x11, width: 8, fields: FREQUENCY_AND_ERROR },
  linkFrequencies1: { at: 0x12, width: 16, access: "ro", fields: FREQUENCIES },
  enumerationScratchpad: { at: 0x14, width: 16 },
  errorHandling: { at: 0x16, width: 16, fields: ERROR_HANDLING },
  memoryBaseUpper: { at: 0x18, width: 8 },
  memoryLimitUpper: { at: 0x19, width: 8 },
  busNumber: { at: 0x1a, width: 8, access: "ro" },
} as const satisfies RegisterMap;

/** Host or secondary interface: what every revision has. */
export const HT_SECONDARY = {
  command: {
    at: 0x02,
    width: 16,
    fields: {
      warmReset: 0,
      doubleEnded: 1,
      deviceNumber: [6, 2],
      chainSide: 7,
      hostHide: 8,
      actAsSlave: 10,
      inboundEndOfChainError: 11,
      dropOnUninitializedLink: 12,
    },
  },
  linkControl: { at: 0x04, width: 16, fields: LINK_CONTROL },
  linkConfig: { at: 0x06, width: 16, fields: LINK_CONFIG },
  revision: { at: 0x08, width: 8, access: "ro", fields: { major: [7, 5], minor: [4, 0] } },
} as const satisfies RegisterMap;

/** Host or secondary interface: what it has from revision 1.02 on. */
export const HT_SECONDARY_1_02 = {
  linkFrequency: { at: 0x09, width: 8, fields: FREQUENCY_AND_ERROR },
  linkFrequencies: { at: 0x0a, width: 16, access: "ro", fields: FREQUENCIES },
  features: {
    at: 0x0c,
    width: 16,
    access: "ro",
    fields: {
      isochronous: 0,
      ldtstop: 1,
      crcTestMode: 2,
      extendedCtlTimeRequired: 3,
      addressing64: 4,
      unitIdReorderDisable: 5,
      extendedRegisterSet: 8,
      upstreamConfigurationEnable: 9,
    },
  },
} as const satisfies RegisterMap;

/** Host or secondary interface: the extended register set. */
export const HT_SECONDARY_EXTENDED = {
  enumerationScratchpad: { at: 0x10, width: 16 },
  errorHandling: { at: 0x12, width: 16, fields: ERROR_HANDLING },
  memoryBaseUpper: { at: 0x14, width: 8 },
  memoryLimitUpper: { at: 0x15, width: 8 },
} as const satisfies RegisterMap;

const WIDTHS = {
  0: "8 bits",
  1: "16 bits",
  3: "32 bits",
  4: "2 bits",
  5: "4 bits",
  7: "not connected",
} as const;

const LINK_CONFIG_MEANINGS = {
  maxWidthIn: WIDTHS,
  maxWidthOut: WIDTHS,
  widthIn: WIDTHS,
  widthOut: WIDTHS,
} as const;

const FREQUENCY_MEANINGS = {
  frequency: {
    0: "200 MHz",
    1: "300 MHz",
    2: "400 MHz",
    3: "500 MHz",
    4: "600 MHz",
    5: "800 MHz",
    6: "1000 MHz",
    7: "1200 MHz",
    8: "1400 MHz",
    9: "1600 MHz",
    15: "vendor-specific",
  },
} as const;

/** Of interfaces of every kind. */
export const HT_MEANINGS = {
  linkConfig: LINK_CONFIG_MEANINGS,
  linkConfig0: LINK_CONFIG_MEANINGS,
  linkConfig1: LINK_CONFIG_MEANINGS,
  linkFrequency: FREQUENCY_MEANINGS,
  linkFrequency0: FREQUENCY_MEANINGS,
  linkFrequency1: FREQUENCY_MEANINGS,
} as const satisfies Meanings;

/** Switch. */
export const HT_SWITCH = {
  command: { at: 0x02, width: 16, fields: { error: 7, flood: 8, fatal: 9, nonfatal: 10 } },
  partitionMask: { at: 0x04, width: 32 },
  info: {
    at: 0x08,
    width: 32,
    fields: {
      defaultPort: [4, 0],
      decodeEnable: 5,
      coldReset: 6,
      performanceCounterIndex: [11, 8],
      rangeIndex: [17, 12],
      hotPlug: 18,
      hidePort: 19,
    },
  },
  performanceCounter: { at: 0x0c, width: 32 },
  range: { at: 0x10, width: 32 },
  secondaryBase: { at: 0x14, width: 32 },
} as const satisfies RegisterMap;

/** Interrupt Discovery and Configuration: a window to its registers. */
export const HT_INTERRUPTS = {
  index: { at: 0x02, width: 8 },
  data: { at: 0x04, width: 32 },
} as const satisfies RegisterMap;

/** Revision ID. */
export const HT_REVISION = {
  revision: { at: 0x02, width: 8, access: "ro", fields: { major: [7, 5], minor: [4, 0] } },
} as const satisfies RegisterMap;

/** UnitID Clumping. */
export const HT_UNIT_ID_CLUMPING = {
  support: { at: 0x04, width: 32, access: "ro" },
  enable: { at: 0x08, width: 32 },
} as const satisfies RegisterMap;

/** Extended Configuration Space Access: a window to it. */
export const HT_EXTENDED_CONFIGURATION = {
  address: {
    at: 0x04,
    width: 32,
    fields: { register: [11, 2], function: [14, 12], device: [19, 15], bus: [27, 20], type1: 28 },
  },
  data: { at: 0x08, width: 32 },
} as const satisfies RegisterMap;

/** Address Mapping. */
export const HT_ADDRESS_MAPPING = {
  command: { at: 0x02, width: 16, fields: { dmaMappings: [3, 0], ioSize: [8, 4], mapType: [10, 9] } },
} as const satisfies RegisterMap;

/** MSI Mapping: the address is there unless it is fixed. */
export const HT_MSI_MAPPING = {
  command: { at: 0x02, width: 16, fields: { enable: 0, fixed: 1 } },
} as const satisfies RegisterMap;

/** The address of an MSI mapping that is not fixed. */
export const HT_MSI_MAPPING_ADDRESS = {
  addressLower: { at: 0x04, width: 32 },
  addressUpper: { at: 0x08, width: 32 },
} as const satisfies RegisterMap;

/** DirectRoute. */
export const HT_DIRECT_ROUTE = {
  command: { at: 0x02, width: 16, fields: { spaces: [3, 0], index: [8, 4] } },
  enable: { at: 0x04, width: 32 },
  data: { at: 0x08, width: 32 },
} as const satisfies RegisterMap;

/** VCSet. */
export const HT_VC_SET = {
  supported: { at: 0x04, width: 8, access: "ro" },
  link1Enabled: { at: 0x05, width: 8 },
  link0Enabled: { at: 0x06, width: 8 },
  streamBucketDepth: { at: 0x08, width: 8 },
  streamInterval: { at: 0x09, width: 8 },
  streamingChannels: { at: 0x0a, width: 8, access: "ro" },
  nonFlowControlledBucketDepth: { at: 0x0c, width: 8 },
  nonFlowControlledInterval: { at: 0x0d, width: 8 },
} as const satisfies RegisterMap;

const RETRY_CONTROL = {
  enable: 0,
  forceSingleError: 1,
  rolloverNonfatalEnable: 2,
  forceSingleStomp: 3,
  retryNonfatalEnable: 4,
  retryFatalEnable: 5,
  allowedAttempts: [7, 6],
} as const satisfies Readonly<Record<string, Field>>;

const RETRY_STATUS = { retrySent: 0, countRollover: 1, stompReceived: 2 } as const satisfies Readonly<
  Record<string, Field>
>;

/** Retry Mode. */
export const HT_RETRY_MODE = {
  control0: { at: 0x04, width: 8, fields: RETRY_CONTROL },
  status0: { at: 0x05, width: 8, access: "w1c", fields: RETRY_STATUS },
  control1: { at: 0x06, width: 8, fields: RETRY_CONTROL },
  status1: { at: 0x07, width: 8, access: "w1c", fields: RETRY_STATUS },
  count0: { at: 0x08, width: 16 },
  count1: { at: 0x0a, width: 16 },
} as const satisfies RegisterMap;
