/** What each line of lspci's says of capabilities from 0x100 on: where its pieces come from. */
import type { Line, Lines, Show } from "./expect.ts";
import { vfRegion } from "./header_lines.ts";
import {
  codeOf,
  CUT_OFF,
  DERIVED,
  flags,
  granularity,
  hex,
  powerOfTwo,
  RESERVED,
  UNDECODED,
  units,
} from "./show.ts";
import type { Any } from "./show.ts";

function uncorrectable(register: string): Line {
  return flags(register, {
    DLP: "dataLinkProtocol",
    SDES: "surpriseDown",
    TLP: "poisonedTlp",
    FCP: "flowControlProtocol",
    CmpltTO: "completionTimeout",
    CmpltAbrt: "completerAbort",
    UnxCmplt: "unexpectedCompletion",
    RxOF: "receiverOverflow",
    MalfTLP: "malformedTlp",
    ECRC: "ecrc",
    UnsupReq: "unsupportedRequest",
    ACSViol: "acsViolation",
    UncorrIntErr: "internal",
    BlockedTLP: "multicastBlockedTlp",
    AtomicOpBlocked: "atomicOpEgressBlocked",
    TLPBlockedErr: "tlpPrefixBlocked",
    PoisonTLPBlocked: "poisonedTlpEgressBlocked",
    DMWrReqBlocked: "dmWrEgressBlocked",
    IDECheck: "ideCheckFailed",
    MisIDETLP: "misroutedIdeTlp",
    PCRC_CHECK: "pcrcCheckFailed",
    TLPXlatBlocked: "translationEgressBlocked",
  });
}
function correctable(register: string): Line {
  return flags(register, {
    RxErr: "receiver",
    BadTLP: "badTlp",
    BadDLLP: "badDllp",
    Rollover: "replayNumberRollover",
    Timeout: "replayTimerTimeout",
    AdvNonFatalErr: "advisoryNonFatal",
    CorrIntErr: "internal",
    HeaderOF: "headerLogOverflow",
  });
}

const ERROR_REPORTING: Lines = {
  UESta: uncorrectable("uncorrectableStatus"),
  UEMsk: uncorrectable("uncorrectableMask"),
  UESvrt: uncorrectable("uncorrectableSeverity"),
  CESta: correctable("correctableStatus"),
  CEMsk: correctable("correctableMask"),
  AERCap: {
    "First Error Pointer: *": ["control.firstError", "hex2"],
    ...flags("control", {
      ECRCGenCap: "ecrcGenerationCapable",
      ECRCGenEn: "ecrcGenerationEnable",
      ECRCChkCap: "ecrcCheckCapable",
      ECRCChkEn: "ecrcCheckEnable",
      MultHdrRecCap: "multipleHeaderCapable",
      MultHdrRecEn: "multipleHeaderEnable",
      TLPPfxPres: "tlpPrefixLogPresent",
      HdrLogCap: "completionTimeoutLogCapable",
    }),
  },
  HeaderLog: {
    "**": ["headerLog", (value: readonly number[]) => value.map((word) => hex(word, 8)).join(" ")],
  },
  RootCmd: flags("rootCommand", {
    CERptEn: "correctableReporting",
    NFERptEn: "nonFatalReporting",
    FERptEn: "fatalReporting",
  }),
  RootSta: {
    ...flags("rootStatus", {
      CERcvd: "correctable",
      MultCERcvd: "multipleCorrectable",
      UERcvd: "uncorrectable",
      MultUERcvd: "multipleUncorrectable",
      FirstFatal: "firstUncorrectableFatal",
      NonFatalMsg: "nonFatalMessages",
      FatalMsg: "fatalMessages",
    }),
    "IntMsgNum *": "rootStatus.interruptMessage",
  },
  ErrorSrc: {
    "ERR_COR: *": ["correctableSource", "hex4"],
    "ERR_FATAL/NONFATAL: *": ["uncorrectableSource", "hex4"],
  },
};

const ARBITRATION: Show = {
  fixed: "Fixed",
  WRR32: "WRR32",
  WRR64: "WRR64",
  WRR128: "WRR128",
  "time-based WRR128": "TWRR128",
  WRR256: "WRR256",
  "reserved 4": "??4",
  "reserved 5": "??5",
  "reserved 6": "??6",
  "reserved 7": "??7",
};

const RESERVED_ARBITRATION: Line = {
  "??4±": RESERVED,
  "??5±": RESERVED,
  "??6±": RESERVED,
  "??7±": RESERVED,
};

const VIRTUAL_CHANNEL: Lines = {
  Caps: {
    "LPEVC=*": "capabilities1.lowPriorityChannels",
    "RefClk=*": [
      "capabilities1.referenceClock",
      (value: number | string) => typeof value === "number" ? `${value}ns` : value.replace("reserved ", "??"),
    ],
    "PATEntryBits=*": "capabilities1.arbitrationEntrySize",
  },
  Arb: {
    ...RESERVED_ARBITRATION,
    ...flags("capabilities2", { Fixed: "fixed", WRR32: "wrr32", WRR64: "wrr64", WRR128: "wrr128" }),
  },
  Ctrl: { "ArbSelect=*": ["control.arbitration", ARBITRATION] },
  Status: flags("status", { InProgress: "arbitrationTableChanged" }),
  "VC#": {
    "Caps:": null,
    "<unreadable>": CUT_OFF,
    "PATOffset=*": ["channels.#.capabilities.arbitrationTable", units(16, 2)],
    "MaxTimeSlots=*": "channels.#.capabilities.timeSlots",
    "RejSnoopTrans±": "channels.#.capabilities.rejectSnoop",
  },
  "VC# Arb": {
    ...RESERVED_ARBITRATION,
    ...flags("channels.#.capabilities", {
      Fixed: "fixed",
      WRR32: "wrr32",
      WRR64: "wrr64",
      WRR128: "wrr128",
      TWRR128: "timeBasedWrr128",
      WRR256: "wrr256",
    }),
  },
  "VC# Ctrl": {
    "Enable±": "channels.#.control.enable",
    "ID=*": "channels.#.control.id",
    "ArbSelect=*": ["channels.#.control.arbitration", ARBITRATION],
    "TC/VC=*": ["channels.#.control.trafficClasses", "hex2"],
  },
  "VC# Status": {
    "Port Arbitration Table <?>": UNDECODED,
    ...flags("channels.#.status", {
      NegoPending: "negotiationPending",
      InProgress: "arbitrationTableChanged",
    }),
  },
  "": { "Port Arbitration Table **": UNDECODED },
};

const LINK_DECLARATION: Lines = {
  Desc: {
    "PortNumber=*": ["element.port", "hex2"],
    "ComponentID=*": ["element.component", "hex2"],
    "EltType=*": ["element.type", {
      "configuration space": "Config",
      "egress port": "Egress",
      "internal link": "Internal",
    }],
  },
  "Link#": {
    "Desc:": null,
    "<unreadable>": CUT_OFF,
    "TargetPort=*": ["links.#.description.port", "hex2"],
    "TargetComponent=*": ["links.#.description.component", "hex2"],
    "AssocRCRB±": "links.#.description.associatedRcrb",
    "LinkType=*": ["links.#.description.type", {
      "memory-mapped": "MemMapped",
      "configuration space": "Config",
    }],
    "LinkValid±": "links.#.description.valid",
  },
  "Link# Addr": {
    "CfgSpace=*": ["links.#.address", "hex16"],
    "*:": null,
    "*": ({ links }: Any, [index = 0]: readonly number[]) => {
      const { address, target } = links[index];
      return target === undefined
        ? hex(address, 16)
        : `${hex(target.bus, 2)}:${hex(target.device, 2)}.${target.function}`;
    },
  },
};

const SINGLE_ROOT: Lines = {
  IOVCap: {
    ...flags("capabilities", { Migration: "migration", "10BitTagReq": "tag10Requester" }),
    "IntMsgNum *": "capabilities.migrationInterruptMessage",
  },
  IOVCtl: flags("control", {
    Enable: "enable",
    Migration: "migrationEnable",
    Interrupt: "migrationInterruptEnable",
    MSE: "memorySpace",
    ARIHierarchy: "ariHierarchy",
    "10BitTagReq": "tag10Requester",
  }),
  IOVSta: flags("status", { Migration: "migration" }),
  "Initial VFs": {
    "Total VFs: *": "totalVfs",
    "Number of VFs: *": "vfs",
    "Function Dependency Link: *": ["functionDependencyLink", "hex2"],
    "*": "initialVfs",
  },
  "VF offset": { "stride: *": "vfStride", "Device ID: *": ["vfDeviceId", "hex4"], "*": "firstVfOffset" },
  "Supported Page Size": {
    "System Page Size: *": ["systemPageSize", "hex8"],
    "*": ["pageSizes", "hex8"],
  },
  "Region #": { "=": vfRegion },
  "VF Migration": {
    "offset: *": ["migrationStateArray.offset", "hex8"],
    "BIR: *": "migrationStateArray.bar",
  },
};

const RESIZABLE: Lines = {
  "<error in resizable BAR": { "num_bars=*": "count", "is out of specification>": null },
  "BAR #": {
    "current size: *": ({ bars }: Any, [bar]: readonly number[]) =>
      powerOfTwo(bars.find((each: Any) => each.bar === bar).size),
    "supported: **": ({ bars }: Any, [bar]: readonly number[]) =>
      bars.find((each: Any) => each.bar === bar).sizes.map(powerOfTwo).join(" "),
  },
};

const CONTAINMENT: Lines = {
  DpcCap: {
    "IntMsgNum *": "capabilities.interruptMessage",
    "RPExt±": "capabilities.rootPortExtensions",
    "PoisonedTLP±": "capabilities.poisonedTlpEgressBlocking",
    "SwTrigger±": "capabilities.softwareTrigger",
    "RP PIO Log *": "capabilities.logSizeLower",
    "DL_ActiveErr±": "capabilities.linkActiveErrorSignaling",
  },
  DpcCtl: {
    "Trigger:*": ["control.trigger", {
      disabled: "0",
      ERR_FATAL: "1",
      "ERR_NONFATAL or ERR_FATAL": "2",
      "reserved 3": "3",
    }],
    "Cmpl±": ["control.completion", { "completer abort": "-", "unsupported request": "+" }],
    ...flags("control", {
      INT: "interruptEnable",
      ErrCor: "correctableErrorEnable",
      PoisonedTLP: "poisonedTlpEgressBlockingEnable",
      SwTrigger: "softwareTrigger",
      DL_ActiveErr: "linkActiveErrorEnable",
    }),
  },
  DpcSta: {
    "Trigger±": "status.triggered",
    "Reason:*": ["status.reason", {
      "uncorrectable error": "00",
      ERR_NONFATAL: "01",
      ERR_FATAL: "02",
      extended: "03",
    }],
    "INT±": "status.interrupt",
    "RPBusy±": "status.rootPortBusy",
    "TriggerExt:*": ["status.reasonExtension", {
      "programmed I/O error": "00",
      software: "01",
      "reserved 2": "02",
      "reserved 3": "03",
    }],
    "RP PIO ErrPtr:*": ["status.firstError", "hex2"],
  },
  Source: { "*": ["errorSource", "hex4"] },
};

function accessControl(register: string): Line {
  return flags(register, {
    SrcValid: "sourceValidation",
    TransBlk: "translationBlocking",
    ReqRedir: "requestRedirect",
    CmpltRedir: "completionRedirect",
    UpstreamFwd: "upstreamForwarding",
    EgressCtrl: "egressControl",
    DirectTrans: "directTranslated",
  });
}

const MULTICAST: Lines = {
  McastCap: {
    "MaxGroups *": "capabilities.maxGroups",
    "WindowSz *": ["capabilities.windowSizeRequested", (value: number) => String(Math.log2(value))],
    "* bytes": DERIVED,
    "ECRCRegen±": "capabilities.ecrcRegeneration",
  },
  McastCtl: { "NumGroups *": "control.groups", "Enable±": "control.enable" },
  McastBAR: { "IndexPos *": "indexPosition", "BaseAddr *": ["base", "hex16"] },
  McastReceiveVec: { "*": ["receive", "hex16"] },
  McastBlockAllVec: { "*": ["blockAll", "hex16"] },
  McastBlockUntransVec: { "*": ["blockUntranslated", "hex16"] },
  McastOverlayBAR: {
    "OverlaySize *": "overlay.size",
    "BaseAddr *": ["overlay.base", "hex16"],
    "disabled": DERIVED,
    "* bytes": DERIVED,
  },
};

const L1_SUBSTATES: Lines = {
  L1SubCap: {
    ...flags("capabilities", {
      "PCI-PM_L1.2": "pciPmL1_2",
      "PCI-PM_L1.1": "pciPmL1_1",
      "ASPM_L1.2": "aspmL1_2",
      "ASPM_L1.1": "aspmL1_1",
      L1_PM_Substates: "substates",
    }),
    "PortCommonModeRestoreTime=*us": "capabilities.commonModeRestoreTime",
    "PortTPowerOnTime=*us": "powerOnUs",
    "PortTPowerOnTime=<error>": ["capabilities.powerOnScale", {
      "reserved 3": "PortTPowerOnTime=<error>",
    }],
  },
  L1SubCtl1: {
    ...flags("control1", {
      "PCI-PM_L1.2": "pciPmL1_2",
      "PCI-PM_L1.1": "pciPmL1_1",
      "ASPM_L1.2": "aspmL1_2",
      "ASPM_L1.1": "aspmL1_1",
    }),
    "T_CommonMode=*us": "control1.commonModeRestoreTime",
    "LTR1.2_Threshold=*ns": "ltrThresholdNs",
    "LTR1.2_Threshold=<error>": ["control1.ltrThresholdScale", {
      "reserved 6": "LTR1.2_Threshold=<error>",
      "reserved 7": "LTR1.2_Threshold=<error>",
    }],
  },
  L1SubCtl2: {
    "T_PwrOn=*us": "enabledPowerOnUs",
    "T_PwrOn=<error>": ["control2.powerOnScale", { "reserved 3": "T_PwrOn=<error>" }],
  },
};

const STREAM_TYPE: Show = { 1: "-", 2: "=2", 4: "=4", 8: "=8" };
function headerEncryption(value: string): string {
  return value.replace("none", "no").replace("reserved ", "??");
}
function algorithm(value: string): string {
  return value.startsWith("reserved") ? "reserved" : value;
}
function stream(stream: string): Line {
  return ({
    "En±": `${stream}.control.enable`,
    "NPR*": [`${stream}.control.nonPostedAggregation`, STREAM_TYPE],
    "PR*": [`${stream}.control.postedAggregation`, STREAM_TYPE],
    "CPL*": [`${stream}.control.completionAggregation`, STREAM_TYPE],
    "PCRC±": `${stream}.control.pcrc`,
    "CFG±": `${stream}.control.configurationRequests`,
    "HdrEnc=*": [`${stream}.control.headerEncryption`, headerEncryption],
    "Alg='*'": [`${stream}.control.algorithm`, algorithm],
    "TC*": `${stream}.control.trafficClass`,
    "ID*": `${stream}.control.id`,
    "Default": [`${stream}.control.defaultStream`, { true: "Default" }],
  });
}
function state(value: string): string {
  return value === "reserved 1" ? "reserved" : value.replace("reserved ", "??");
}

const ENCRYPTION: Lines = {
  IDECap: {
    "Lnk=*": ({ linkStreams }: Any) => String(linkStreams.length),
    "Sel=*": ({ capabilities: c }: Any) => String(c.selective ? c.selectiveStreams : 0),
    ...flags("capabilities", {
      FlowThru: "flowThrough",
      PartHdr: "partialHeader",
      Aggr: "aggregation",
      PCPC: "pcrc",
      IDE_KM: "keyManagement",
      TeeLim: "teeLimited",
    }),
    "Alg='*'": ["capabilities.algorithm", algorithm],
    "TCs=*": "capabilities.linkTrafficClasses",
  },
  IDECtl: flags("control", { FTEn: "flowThrough" }),
  "LinkIDE## Ctl": stream("linkStreams.#"),
  "LinkIDE## Sta": {
    "Status=*": ["linkStreams.#.status.state", state],
    "RecvChkFail±": "linkStreams.#.status.integrityCheckFailed",
  },
  "SelectiveIDE## Cap": { "RID#=*": "selectiveStreams.#.capabilities.addresses" },
  "SelectiveIDE## Ctl": stream("selectiveStreams.#"),
  "SelectiveIDE## Sta": {
    "RecvChkFail±": "selectiveStreams.#.status.integrityCheckFailed",
    "*": ["selectiveStreams.#.status.state", state],
  },
  "SelectiveIDE## RID": {
    "Valid±": "selectiveStreams.#.requester2.valid",
    "Base=*": ["selectiveStreams.#.requester2.base", "hex1"],
    "Limit=*": ["selectiveStreams.#.requester1.limit", "hex1"],
    "SegBase=*": ["selectiveStreams.#.requester2.segment", "hex1"],
  },
  "SelectiveIDE## RID##": {
    "Valid±": "selectiveStreams.#.addresses.#.valid",
    "Base=*": ["selectiveStreams.#.addresses.#.base", "hex1"],
    "Limit=*": ["selectiveStreams.#.addresses.#.limit", "hex1"],
  },
};

function flushTime(base: string, scale: string): Show {
  return (value: Any) => {
    if (typeof value[scale] !== "number") return `${value[base]}<?>`;
    const duration = value[base] * value[scale];
    // Of its longest scale lspci forgets the unit.
    if (value[scale] === 10_000_000) return `${duration / 1_000_000}<?>`;
    return value[scale] >= 1_000_000
      ? `${duration / 1_000_000}s`
      : value[scale] >= 1000
      ? `${duration / 1000}ms`
      : `${duration}us`;
  };
}

const DESIGNATED: Lines = {
  title: {
    "Designated Vendor-Specific:": null,
    "Vendor=*": ["vendorId", "hex4"],
    "ID=*": ["id", "hex4"],
    "Rev=*": "revision",
    "Len=*:": "statedLength",
    "Len=*": "statedLength",
    "CXL": null,
    "<?>": UNDECODED,
  },
  "": {
    "PCIe DVSEC for CXL Devices": ["cxl.kind", { device: "PCIe DVSEC for CXL Devices" }],
    "Non-CXL Function Map DVSEC": ["cxl.kind", { "non-CXL function map": "Non-CXL Function Map DVSEC" }],
    "CXL Extensions DVSEC for Ports": ["cxl.kind", { port: "CXL Extensions DVSEC for Ports" }],
    "GPF DVSEC for CXL Ports": ["cxl.kind", { "port flush": "GPF DVSEC for CXL Ports" }],
    "GPF DVSEC for CXL Devices": ["cxl.kind", { "device flush": "GPF DVSEC for CXL Devices" }],
    "PCIe DVSEC for Flex Bus Port": ["cxl.kind", { "Flex Bus port": "PCIe DVSEC for Flex Bus Port" }],
    "Register Locator DVSEC": ["cxl.kind", { "register locator": "Register Locator DVSEC" }],
    "MLD DVSEC": ["cxl.kind", { "multiple logical devices": "MLD DVSEC" }],
    "Unknown ID *": ["id", "hex4"],
    "PCIe DVSEC for Test Capability <?>": UNDECODED,
    "<Wrong length for Revision *>": { skip: "said by the length and the revision" },
    "Reserved time scale encoding *": RESERVED,
    "<?>": UNDECODED,
  },
  CXLCap: {
    ...flags("cxl.capabilities", {
      Cache: "cache",
      IO: "io",
      Mem: "mem",
      MemHWInit: "memHardwareInitialized",
      Viral: "viral",
    }),
    "HDMCount *": "cxl.capabilities.ranges",
  },
  CXLCtl: {
    ...flags("cxl.control", {
      Cache: "cache",
      IO: "io",
      Mem: "mem",
      CacheClean: "cleanEviction",
      Viral: "viral",
    }),
    "CacheSFCov *": "cxl.control.snoopFilterCoverage",
    "CacheSFGran *": "cxl.control.snoopFilterGranularity",
  },
  CXLSta: flags("cxl.status", { Viral: "viral" }),
  CXLCtl2: flags("cxl.control2", {
    DisableCaching: "disableCaching",
    "InitCacheWB&Inval": "initiateCacheWriteBackAndInvalidate",
    InitRst: "initiateReset",
    RstMemClrEn: "resetMemoryClear",
    DesiredVolatileHDMStateAfterHotReset: "volatileStateAfterHotReset",
  }),
  CXLSta2: flags("cxl.status2", {
    ResetComplete: "resetComplete",
    ResetError: "resetError",
    PMComplete: "powerManagementInitialized",
  }),
  CXLCap2: {
    "Cache Size Not Reported": ["cxl.capabilities2.cacheSizeUnit", {
      "not reported": "Cache Size Not Reported",
    }],
    "Cache Size: *": ({ cxl: { capabilities2: c } }: Any) =>
      typeof c.cacheSizeUnit === "number" ? hex(c.cacheSize * c.cacheSizeUnit, 8) : String(c.cacheSize),
    "of unknown unit size (*": [
      "cxl.capabilities2.cacheSizeUnit",
      (value: string) => value.replace("reserved ", ""),
    ],
  },
  CXLCap3: {
    "DefaultVolatile HDM State After:": null,
    ...flags("cxl.capabilities3", {
      ColdReset: "volatileStateAfterColdReset",
      WarmReset: "volatileStateAfterWarmReset",
      HotReset: "volatileStateAfterHotReset",
      HotResetConfigurability: "volatileStateAfterHotResetConfigurable",
    }),
  },
  "Range#": {
    "[size=*]": ({ cxl }: Any, [index = 1]: readonly number[]) => `0x${hex(cxl.ranges[index - 1].size, 1)}`,
    "*": ({ cxl }: Any, [index = 1]: readonly number[]) => {
      const { base, size } = cxl.ranges[index - 1];
      const last = BigInt.asUintN(64, BigInt(base) + BigInt(size) - 1n);
      return `${hex(base, 16)}-${hex(last, 16)}`;
    },
    "Valid±": ({ cxl }: Any, [index = 1]: readonly number[]) => cxl.ranges[index - 1].valid ? "+" : "-",
    "Active±": ({ cxl }: Any, [index = 1]: readonly number[]) => cxl.ranges[index - 1].active ? "+" : "-",
    "Type=*": ({ cxl }: Any, [index = 1]: readonly number[]) =>
      ({ volatile: "Volatile", "non-volatile": "Non-volatile", CDAT: "CDAT" })[
        cxl.ranges[index - 1].mediaType as string
      ] ?? "(reserved)",
    "Class=*": ({ cxl }: Any, [index = 1]: readonly number[]) =>
      ({ memory: "DRAM", storage: "Storage", CDAT: "CDAT" })[
        cxl.ranges[index - 1].memoryClass as string
      ] ?? "(reserved)",
    "interleave=*": ({ cxl }: Any, [index = 1]: readonly number[]) =>
      String(cxl.ranges[index - 1].interleave),
    "timeout=*s": ({ cxl }: Any, [index = 1]: readonly number[]) => {
      const { activeTimeout } = cxl.ranges[index - 1];
      return String(typeof activeTimeout === "number" ? activeTimeout : 4 ** codeOf(activeTimeout));
    },
  },
  CXLPortSta: flags("cxl.status", { PMComplete: "powerManagementInitialized" }),
  CXLPortCtl: flags("cxl.control", {
    UnmaskSBR: "unmaskSecondaryBusReset",
    UnmaskLinkDisable: "unmaskLinkDisable",
    AltMem: "alternateMemoryAndIdSpace",
    AltBME: "alternateBusMaster",
    ViralEnable: "viral",
  }),
  // Printed twice under the same name: of buses, with two digits, and of memory, with four.
  AlternateBus: {
    "*": ({ cxl }: Any) => `${hex(cxl.alternateBusBase, 2)}-${hex(cxl.alternateBusLimit, 2)}`,
  },
  "GPF Phase 1 Timeout": { "*": ["cxl.phase1", flushTime("timeoutBase", "timeoutScale")] },
  "GPF Phase 2 Timeout": { "*": ["cxl.phase2", flushTime("timeoutBase", "timeoutScale")] },
  "GPF Phase 2 Duration": { "*": ["cxl.phase2", flushTime("durationBase", "durationScale")] },
  "GPF Phase 2 Power": { "*mW": "cxl.phase2Power" },
  FBCap: flags("cxl.capabilities", {
    Cache: "cache",
    IO: "io",
    Mem: "mem",
    "68BFlit": "flit68",
    MltLogDev: "multipleLogicalDevices",
    "256BFlit": "latencyOptimizedFlit256",
    PBRFlit: "portBasedRoutingFlit",
  }),
  FBCtl: flags("cxl.control", {
    Cache: "cache",
    IO: "io",
    Mem: "mem",
    SynHdrByp: "syncHeaderBypass",
    DrftBuf: "driftBuffer",
    "68BFlit": "flit68",
    MltLogDev: "multipleLogicalDevices",
    RCD: "disableRcdTraining",
    Retimer1: "retimer1",
    Retimer2: "retimer2",
    "256BFlit": "latencyOptimizedFlit256",
    PBRFlit: "portBasedRoutingFlit",
  }),
  FBSta: flags("cxl.status", {
    Cache: "cache",
    IO: "io",
    Mem: "mem",
    SynHdrByp: "syncHeaderBypass",
    DrftBuf: "driftBuffer",
    "68BFlit": "flit68",
    MltLogDev: "multipleLogicalDevices",
    "256BFlit": "latencyOptimizedFlit256",
    PBRFlit: "portBasedRoutingFlit",
  }),
  FBModTS: { "Received FB Data: *": ["cxl.receivedModifiedTs.data", "hex6"] },
  FBCap2: flags("cxl.capabilities2", { NOPHint: "nopHint" }),
  FBCtl2: flags("cxl.control2", { NOPHint: "nopHint" }),
  FBSta2: { "NOPHintInfo: *": ["cxl.status2.nopHint", "hex1"] },
  "Block#": {
    "=": ({ cxl }: Any, [index = 1]: readonly number[]) => {
      const { bar, block, offset } = cxl.blocks[index - 1];
      const names: Readonly<Record<string, string>> = {
        component: "component registers",
        device: "CXL device registers",
        "performance monitoring": "CPMU registers",
      };
      const name = block.startsWith("reserved") ? "<?>" : names[block] ?? block;
      return `BIR: bar${bar}, ID: ${name}, offset: ${hex(offset, 16)}`;
    },
  },
  NumLogDevs: { "*": "cxl.logicalDevices" },
  "FuncMap #": { "*": ["cxl.functions.#", "hex8"] },
};

function ranges(devices: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const device of devices) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === device - 1) last[1] = device;
    else runs.push([device, device]);
  }
  return runs.map(([first, last]) => first === last ? `${first}` : `${first}-${last}`).join(", ");
}

/** Lines by the kind of capability. */
export const EXTENDED_LINES: Readonly<Record<string, Lines>> = {
  null: { title: { Null: null } },
  advancedErrorReporting: { title: { "Advanced Error Reporting": null }, ...ERROR_REPORTING },
  virtualChannel: { title: { "Virtual Channel": null }, ...VIRTUAL_CHANNEL },
  virtualChannelWithMultiFunction: { title: { "Virtual Channel": null }, ...VIRTUAL_CHANNEL },
  deviceSerialNumber: { title: { "Device Serial Number *": "serialNumber" } },
  powerBudgeting: { title: { "Power Budgeting": null, "<?>": UNDECODED } },
  rootComplexLinkDeclaration: { title: { "Root Complex Link": null }, ...LINK_DECLARATION },
  rootComplexInternalLinkControl: { title: { "Root Complex Internal Link": null, "<?>": UNDECODED } },
  rootComplexEventCollector: {
    title: { "Root Complex Event Collector Endpoint Association": null },
    RCiEPBitmap: {
      "=": [
        "devices",
        (devices: readonly number[]) =>
          devices.length === 0 ? "00000000 [none]" : `RCiEP at Device(s): ${ranges(devices)}`,
      ],
    },
    AssociatedBusNumbers: {
      "=": ({ buses }: Any) =>
        buses === undefined ? "ff-00 [none]" : `${hex(buses.first, 2)}-${hex(buses.last, 2)}`,
    },
  },
  multiFunctionVirtualChannel: { title: { "Multi-Function Virtual Channel": null, "<?>": UNDECODED } },
  rootComplexRegisterBlock: { title: { "Root Complex Register Block": null, "<?>": UNDECODED } },
  vendorSpecific: {
    title: {
      "Vendor Specific Information:": null,
      "ID=*": ["header.id", "hex4"],
      "Rev=*": "header.revision",
      "Len=*": ["header.length", "hex3"],
      "<?>": UNDECODED,
    },
  },
  accessControlServices: {
    title: { "Access Control Services": null },
    ACSCap: accessControl("capabilities"),
    ACSCtl: accessControl("control"),
  },
  alternativeRoutingId: {
    title: { "Alternative Routing-ID Interpretation (ARI)": null },
    ARICap: {
      ...flags("capabilities", { MFVC: "channelGroups", ACS: "accessControlGroups" }),
      "Next Function: *": "capabilities.nextFunction",
    },
    ARICtl: {
      ...flags("control", { MFVC: "channelGroups", ACS: "accessControlGroups" }),
      "Function Group: *": "control.functionGroup",
    },
  },
  addressTranslationServices: {
    title: { "Address Translation Service (ATS)": null },
    ATSCap: {
      "Invalidate Queue Depth: *": [
        "capabilities.invalidateQueueDepth",
        (value: number) => hex(value % 32, 2),
      ],
    },
    ATSCtl: {
      "Enable±": "control.enable",
      "Smallest Translation Unit: *": [
        "control.smallestTranslationUnit",
        (value: number) => hex(Math.log2(value / 4096), 2),
      ],
    },
  },
  singleRootIoVirtualization: { title: { "Single Root I/O Virtualization (SR-IOV)": null }, ...SINGLE_ROOT },
  multiRootIoVirtualization: { title: { "Multi-Root I/O Virtualization": null, "<?>": UNDECODED } },
  multicast: { title: { Multicast: null }, ...MULTICAST },
  pageRequestInterface: {
    title: { "Page Request Interface (PRI)": null },
    PRICtl: flags("control", { Enable: "enable", Reset: "reset" }),
    PRISta: flags("status", {
      RF: "responseFailure",
      UPRGI: "unexpectedGroupIndex",
      Stopped: "stopped",
      PASID: "pasidRequired",
    }),
    "Page Request Capacity": {
      "Page Request Allocation: *": ["allocation", "hex8"],
      "*": ["capacity", "hex8"],
    },
  },
  resizableBar: { title: { "Physical Resizable BAR": null }, ...RESIZABLE },
  vfResizableBar: { title: { "Virtual Resizable BAR": null }, ...RESIZABLE },
  dynamicPowerAllocation: { title: { "Dynamic Power Allocation": null, "<?>": UNDECODED } },
  tphRequester: {
    title: { "Transaction Processing Hints": null },
    "": {
      "Interrupt vector mode supported": ["capabilities.interruptVector", {
        true: "Interrupt vector mode supported",
      }],
      "Device specific mode supported": ["capabilities.deviceSpecific", {
        true: "Device specific mode supported",
      }],
      "Extended requester support": ["capabilities.extendedRequester", {
        true: "Extended requester support",
      }],
      "No steering table available": ["capabilities.tableLocation", { none: "No steering table available" }],
      "Steering table in TPH capability structure": ["capabilities.tableLocation", {
        capability: "Steering table in TPH capability structure",
      }],
      "Steering table in MSI-X table": ["capabilities.tableLocation", {
        "MSI-X table": "Steering table in MSI-X table",
      }],
      "Reserved steering table location": ["capabilities.tableLocation", {
        "reserved 3": "Reserved steering table location",
      }],
    },
  },
  latencyToleranceReporting: {
    title: { "Latency Tolerance Reporting": null },
    "Max snoop latency": { "*ns": "maxSnoopNs" },
    "Max no snoop latency": { "*ns": "maxNoSnoopNs" },
  },
  secondaryPciExpress: {
    title: { "Secondary PCI Express": null },
    LnkCtl3: flags("linkControl3", {
      LnkEquIntrruptEn: "equalizationInterrupt",
      PerformEqu: "performEqualization",
    }),
    LaneErrStat: {
      "=": ["laneErrors", (value: number) => {
        const lanes = Array.from({ length: 32 }, (_, lane) => lane).filter((lane) =>
          (value >>> lane & 1) !== 0
        );
        return lanes.length === 0 ? "0" : `LaneErr at lane: ${lanes.join(" ")}`;
      }],
    },
  },
  protocolMultiplexing: { title: { "Protocol Multiplexing": null, "<?>": UNDECODED } },
  processAddressSpaceId: {
    title: { "Process Address Space ID (PASID)": null },
    PASIDCap: {
      ...flags("capabilities", { Exec: "execute", Priv: "privileged" }),
      "Max PASID Width: *": ["capabilities.maxWidth", "hex2"],
    },
    PASIDCtl: flags("control", { Enable: "enable", Exec: "execute", Priv: "privileged" }),
  },
  lnRequester: { title: { "LN Requester": null, "<?>": UNDECODED } },
  downstreamPortContainment: { title: { "Downstream Port Containment": null }, ...CONTAINMENT },
  l1PowerManagementSubstates: { title: { "L1 PM Substates": null }, ...L1_SUBSTATES },
  precisionTimeMeasurement: {
    title: { "Precision Time Measurement": null },
    PTMCap: flags("capabilities", { Requester: "requester", Responder: "responder", Root: "root" }),
    PTMClockGranularity: { "=": ["capabilities.granularity", granularity("Unimplemented")] },
    PTMControl: flags("control", { Enabled: "enable", RootSelected: "rootSelect" }),
    PTMEffectiveGranularity: { "=": ["control.effectiveGranularity", granularity("Unknown")] },
  },
  pciExpressOverMPhy: { title: { "PCI Express over M_PHY": null, "<?>": UNDECODED } },
  frsQueueing: { title: { "FRS Queueing": null, "<?>": UNDECODED } },
  readinessTimeReporting: { title: { "Readiness Time Reporting": null, "<?>": UNDECODED } },
  designatedVendorSpecific: DESIGNATED,
  dataLinkFeature: { title: { "Data Link Feature": null, "<?>": UNDECODED } },
  physicalLayer16GT: { title: { "Physical Layer 16.0 GT/s": null, "<?>": UNDECODED } },
  laneMargining: {
    title: { "Lane Margining at the Receiver": null },
    PortCap: { "Uses Driver±": "capabilities.driverSoftware" },
    PortSta: flags("status", { MargReady: "ready", MargSoftReady: "softwareReady" }),
  },
  hierarchyId: { title: { "Hierarchy ID": null, "<?>": UNDECODED } },
  nativeEnclosureManagement: { title: { "Native PCIe Enclosure Management": null, "<?>": UNDECODED } },
  physicalLayer32GT: { title: { "Physical Layer 32.0 GT/s": null, "<?>": UNDECODED } },
  dataObjectExchange: {
    title: { "Data Object Exchange": null },
    DOECap: { "IntSup±": "capabilities.interrupt", "IntMsgNum *": "capabilities.interruptMessage" },
    DOECtl: flags("control", { IntEn: "interruptEnable" }),
    DOESta: flags("status", {
      Busy: "busy",
      IntSta: "interrupt",
      Error: "error",
      ObjectReady: "objectReady",
    }),
  },
  integrityAndDataEncryption: { title: { "Integrity & Data Encryption": null }, ...ENCRYPTION },
};
