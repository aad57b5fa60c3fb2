/** What each line of lspci's says of the header and of capabilities in the first 256 bytes: where its pieces come from. */
import type { Line, Lines, Show } from "./expect.ts";
import { behindBridge, cardBusWindow, region, rom, subsystem } from "./header_lines.ts";
import { codeOf, computed, DERIVED, flags, hex, speed, UNDECODED } from "./show.ts";
import type { Any } from "./show.ts";

const L0S: Show = {
  "64 ns": "<64ns",
  "128 ns": "<128ns",
  "256 ns": "<256ns",
  "512 ns": "<512ns",
  "1 us": "<1us",
  "2 us": "<2us",
  "4 us": "<4us",
  "no limit": "unlimited",
  "<64 ns": "<64ns",
  "<128 ns": "<128ns",
  "<256 ns": "<256ns",
  "<512 ns": "<512ns",
  "<1 us": "<1us",
  "<2 us": "<2us",
  "<=4 us": "<4us",
  ">4 us": "unlimited",
};
const L1: Show = {
  "1 us": "<1us",
  "2 us": "<2us",
  "4 us": "<4us",
  "8 us": "<8us",
  "16 us": "<16us",
  "32 us": "<32us",
  "64 us": "<64us",
  "no limit": "unlimited",
  "<1 us": "<1us",
  "<2 us": "<2us",
  "<4 us": "<4us",
  "<8 us": "<8us",
  "<16 us": "<16us",
  "<32 us": "<32us",
  "<=64 us": "<64us",
  ">64 us": "unlimited",
};
const INDICATOR: Show = { "reserved 0": "Unknown", on: "On", blinking: "Blink", off: "Off" };
const DEEMPHASIS: Show = { "-6 dB": "-6dB", "-3.5 dB": "-3.5dB" };
function inverse(value: boolean): string {
  return (value ? "-" : "+");
}
const COMMAND = flags("header.command", {
  "I/O": "ioSpace",
  Mem: "memorySpace",
  BusMaster: "busMaster",
  SpecCycle: "specialCycles",
  MemWINV: "memoryWriteAndInvalidate",
  VGASnoop: "vgaPaletteSnoop",
  ParErr: "parityErrorResponse",
  Stepping: "stepping",
  SERR: "serrEnable",
  FastB2B: "fastBackToBackEnable",
  DisINTx: "interruptDisable",
});
const DEVSEL: Show = { fast: "fast", medium: "medium", slow: "slow", "reserved 3": "??" };
const STATUS = {
  "66MHz": "capable66MHz",
  FastB2B: "fastBackToBackCapable",
  ParErr: "masterDataParityError",
  ">TAbort": "signaledTargetAbort",
  "<TAbort": "receivedTargetAbort",
  "<MAbort": "receivedMasterAbort",
  "<PERR": "detectedParityError",
} as const;

/** The header. */
const HEADER: Lines = {
  title: {
    "Class [*]:": ({ header }: Any) => hex(header.classCode.code >> 8, 4),
    "Device [*]": ({ header }: Any) => `${hex(header.vendorId, 4)}:${hex(header.deviceId, 4)}`,
    "(rev *": ["header.revisionId", "hex2"],
    "(prog-if *": ({ header }: Any) => hex(header.classCode.programmingInterface, 2),
    "[***": { skip: "a name of lspci's own for the programming interface" },
  },
  Subsystem: { "Device [*]": subsystem },
  Control: COMMAND,
  Status: {
    ...flags("header.status", {
      Cap: "capabilitiesList",
      UDF: "userDefinableFeatures",
      ">SERR": "signaledSystemError",
      INTx: "interruptStatus",
      ...STATUS,
    }),
    "DEVSEL=*": ["header.status.devselTiming", DEVSEL],
  },
  Latency: {
    "*ns min": ["header.minGnt", (value: number) => String(250 * value)],
    "*ns max": ["header.maxLat", (value: number) => String(250 * value)],
    "Cache Line Size: * bytes": ["header.cacheLineSize", (value: number) => String(4 * value)],
    "*": "header.latencyTimer",
  },
  Interrupt: {
    "pin *": [
      "header.interruptPin",
      (value: number) => value === 0 ? "?" : String.fromCharCode(0x40 + value),
    ],
    "routed to IRQ *": "header.interruptLine",
  },
  "": {
    "16-bit legacy interface ports at *": ["header.legacyModeBase", "hex4"],
    "Expansion ROM at ***": rom,
    "!!! ***": { skip: "windows that contradict themselves are left out" },
  },
  "BIST result": { "*": ["header.bist.completionCode", "hex2"] },
  "Region #": { "=": region },
  Bus: {
    "primary=*": ["header.primaryBus", "hex2"],
    "secondary=*": ["header.secondaryBus", "hex2"],
    "subordinate=*": ["header.subordinateBus", "hex2"],
    "sec-latency=*": "header.secondaryLatencyTimer",
  },
  "I/O behind bridge": { "=": behindBridge("io") },
  "Memory behind bridge": { "=": behindBridge("memory") },
  "Prefetchable memory behind bridge": { "=": behindBridge("prefetchable memory") },
  "Memory window #": { "=": cardBusWindow(true) },
  "I/O window #": { "=": cardBusWindow(false) },
  "Secondary status": {
    ...flags("header.secondaryStatus", { "<SERR": "receivedSystemError", ...STATUS }),
    "DEVSEL=*": ["header.secondaryStatus.devselTiming", DEVSEL],
  },
  BridgeCtl: {
    ">Reset±": ({ header: { bridgeControl: c } }: Any) => c.cardReset ?? c.secondaryBusReset ? "+" : "-",
    ...flags("header.bridgeControl", {
      Parity: "parityErrorResponse",
      SERR: "serrEnable",
      NoISA: "isaEnable",
      ISA: "isaEnable",
      VGA: "vgaEnable",
      VGA16: "vga16",
      MAbort: "masterAbortMode",

      FastB2B: "fastBackToBackEnable",
      PriDiscTmr: "primaryDiscardTimer",
      SecDiscTmr: "secondaryDiscardTimer",
      DiscTmrStat: "discardTimerStatus",
      DiscTmrSERREn: "discardTimerSerrEnable",
      "16bInt": "interrupt16",
      PostWrite: "writePosting",
    }),
  },
};

const POWER: Lines = {
  title: { "Power Management version *": "capabilities.version" },
  Flags: {
    ...flags("capabilities", {
      PMEClk: "pmeClock",
      DSI: "deviceSpecificInitialization",
      D1: "d1",
      D2: "d2",
    }),
    "AuxCurrent=*mA": "capabilities.auxiliaryCurrent",
    "PME(***": ({ capabilities: c }: Any) =>
      [["D0", c.pmeFromD0], ["D1", c.pmeFromD1], ["D2", c.pmeFromD2], ["D3hot", c.pmeFromD3Hot], [
        "D3cold",
        c.pmeFromD3Cold,
      ]].map(([name, set]) => `${name}${set ? "+" : "-"}`).join(",") + ")",
  },
  Status: {
    ...flags("control", { NoSoftRst: "noSoftReset", "PME-Enable": "pmeEnable", PME: "pmeStatus" }),
    "DSel=*": "control.dataSelect",
    "DScale=*": "control.dataScale",
    "D*": ["control.powerState", { D0: "0", D1: "1", D2: "2", D3hot: "3" }],
  },
  Bridge: { "PM±": "bridge.controlsBusPower", "B3±": ["bridge.stopsClockInD3Hot", inverse] },
};

function linkControl(register: string): Line {
  return ({
    ...flags(register, {
      CFlE: "crcFloodEnable",
      CST: "crcStartTest",
      CFE: "crcForceError",
      "<LkFail": "linkFailure",
      Init: "initialized",
      EOC: "endOfChain",
      TXO: "transmitterOff",
      IsocEn: "isochronousEnable",
      LSEn: "ldtstopTristateEnable",
      ExtCTL: "extendedCtlTime",
      "64b": "addressing64",
    }),
    "<CRCErr=*": [`${register}.crcError`, "hex1"],
  });
}
const HT_WIDTH: Show = {
  "8 bits": "8bit",
  "16 bits": "16bit",
  "32 bits": "32bit",
  "2 bits": "2bit",
  "4 bits": "4bit",
  "not connected": "N/C",
  "reserved 2": "[2]",
  "reserved 6": "[6]",
};
function linkConfig(register: string): Line {
  return ({
    ...flags(register, {
      DwFcIn: "doublewordFlowControlIn",
      DwFcOut: "doublewordFlowControlOut",
      DwFcInEn: "doublewordFlowControlInEnable",
      DwFcOutEn: "doublewordFlowControlOutEnable",
    }),
    "MLWI=*": [`${register}.maxWidthIn`, HT_WIDTH],
    "MLWO=*": [`${register}.maxWidthOut`, HT_WIDTH],
    "LWI=*": [`${register}.widthIn`, HT_WIDTH],
    "LWO=*": [`${register}.widthOut`, HT_WIDTH],
  });
}
function htFrequency(value: string): string {
  return value.replace("vendor-specific", "Vend").replace(/^(1)(.)00 MHz$/, "$1.$2GHz").replace(" MHz", "MHz")
    .replace(/^reserved (\d+)$/, (_, code) => `[${Number(code).toString(16)}]`);
}
function frequencies(register: string): Line {
  return flags(register, {
    "200MHz": "mhz200",
    "300MHz": "mhz300",
    "400MHz": "mhz400",
    "500MHz": "mhz500",
    "600MHz": "mhz600",
    "800MHz": "mhz800",
    "1.0GHz": "mhz1000",
    "1.2GHz": "mhz1200",
    "1.4GHz": "mhz1400",
    "1.6GHz": "mhz1600",
    Vend: "vendorSpecific",
  });
}
function linkError(register: string): Line {
  return flags(register, {
    "<Prot": "protocolError",
    "<Ovfl": "overflowError",
    "<EOC": "endOfChainError",
    CTLTm: "ctlTimeout",
  });
}

const HYPER_TRANSPORT: Lines = {
  title: {
    "HyperTransport: Slave or Primary Interface": ["type", {
      "primary interface": "HyperTransport: Slave or Primary Interface",
    }],
    "HyperTransport: Host or Secondary Interface": ["type", {
      "secondary interface": "HyperTransport: Host or Secondary Interface",
    }],
    "HyperTransport: UnitID Clumping": ["type", { "UnitID clumping": "HyperTransport: UnitID Clumping" }],
    "HyperTransport: Retry Mode": ["type", { "retry mode": "HyperTransport: Retry Mode" }],
    "HyperTransport: MSI Mapping": ["type", { "MSI mapping": "HyperTransport: MSI Mapping" }],
    "HyperTransport: Switch": ["type", { switch: "HyperTransport: Switch" }],
    "HyperTransport: Interrupt Discovery and Configuration": ["type", {
      "interrupt configuration": "HyperTransport: Interrupt Discovery and Configuration",
    }],
    "HyperTransport: Revision ID: *": ({ revision }: Any) =>
      `${revision.major}.${String(revision.minor).padStart(2, "0")}`,
    "HyperTransport: Extended Configuration Space Access": ["type", {
      "extended configuration": "HyperTransport: Extended Configuration Space Access",
    }],
    "HyperTransport: Address Mapping": ["type", { "address mapping": "HyperTransport: Address Mapping" }],
    "HyperTransport: DirectRoute": ["type", { DirectRoute: "HyperTransport: DirectRoute" }],
    "HyperTransport: VCSet": ["type", { VCSet: "HyperTransport: VCSet" }],
    "HyperTransport: X86 (reserved)": ["type", { X86: "HyperTransport: X86 (reserved)" }],
    "HyperTransport: #*": [
      "type",
      (value: string) =>
        ({ Gen3: "1a", "function extension": "1b", "power management": "1c" })[value] ??
          hex(codeOf(value), 2),
    ],
    "Enable±": "command.enable",
    "Fixed±": "command.fixed",
  },
  Command: {
    ...flags("command", {
      MastHost: "masterHost",
      DefDir: "defaultDirection",
      DUL: "dropOnUninitializedLink",
      WarmRst: "warmReset",
      DblEnd: "doubleEnded",
      ChainSide: "chainSide",
      HostHide: "hostHide",
      Slave: "actAsSlave",
      "<EOCErr": "inboundEndOfChainError",
    }),
    "BaseUnitID=*": "command.baseUnitId",
    "UnitCnt=*": "command.unitCount",
    "DevNum=*": "command.deviceNumber",
  },
  "Link Control": linkControl("linkControl"),
  "Link Control 0": linkControl("linkControl0"),
  "Link Control 1": linkControl("linkControl1"),
  "Link Config": linkConfig("linkConfig"),
  "Link Config 0": linkConfig("linkConfig0"),
  "Link Config 1": linkConfig("linkConfig1"),
  "Link Frequency": { "*": ["linkFrequency.frequency", htFrequency] },
  "Link Frequency 0": { "*": ["linkFrequency0.frequency", htFrequency] },
  "Link Frequency 1": { "*": ["linkFrequency1.frequency", htFrequency] },
  "Link Error": linkError("linkFrequency"),
  "Link Error 0": linkError("linkFrequency0"),
  "Link Error 1": linkError("linkFrequency1"),
  "Link Frequency Capability": frequencies("linkFrequencies"),
  "Link Frequency Capability 0": frequencies("linkFrequencies0"),
  "Link Frequency Capability 1": frequencies("linkFrequencies1"),
  "Feature Capability": flags("features", {
    IsocFC: "isochronous",
    LDTSTOP: "ldtstop",
    CRCTM: "crcTestMode",
    ECTLT: "extendedCtlTimeRequired",
    "64bA": "addressing64",
    UIDRD: "unitIdReorderDisable",
    ExtRS: "extendedRegisterSet",
    UCnfE: "upstreamConfigurationEnable",
  }),
  "Revision ID": {
    "*": ({ revision }: Any) => `${revision.major}.${String(revision.minor).padStart(2, "0")}`,
  },
  "Error Handling": flags("errorHandling", {
    PFlE: "protocolErrorFloodEnable",
    OFlE: "overflowErrorFloodEnable",
    PFE: "protocolErrorFatalEnable",
    OFE: "overflowErrorFatalEnable",
    EOCFE: "endOfChainErrorFatalEnable",
    RFE: "responseErrorFatalEnable",
    CRCFE: "crcErrorFatalEnable",
    SERRFE: "systemErrorFatalEnable",
    CF: "chainFail",
    RE: "responseError",
    PNFE: "protocolErrorNonfatalEnable",
    ONFE: "overflowErrorNonfatalEnable",
    EOCNFE: "endOfChainErrorNonfatalEnable",
    RNFE: "responseErrorNonfatalEnable",
    CRCNFE: "crcErrorNonfatalEnable",
    SERRNFE: "systemErrorNonfatalEnable",
  }),
  "Prefetchable memory behind bridge Upper": {
    "*": ({ memoryBaseUpper, memoryLimitUpper }: Any) =>
      `${hex(memoryBaseUpper, 2)}-${hex(memoryLimitUpper, 2)}`,
  },
  "Bus Number": { "*": ["busNumber", "hex2"] },
  "Mapping Address Base": { "*": ["address", "hex16"] },
};

function presets(value: number): string {
  const [deemphasis, preshoot] = [
    ["-6", "0"],
    ["-3.5", "0"],
    ["-4.4", "0"],
    ["-2.5", "0"],
    ["0", "0"],
    ["0", "1.9"],
    ["0", "2.5"],
    ["-6.0", "3.5"],
    ["-3.5", "3.5"],
    ["0", "3.5"],
  ][value] ?? [];
  return deemphasis === undefined ? "Unknown" : `${deemphasis}dB de-emphasis, ${preshoot}dB preshoot`;
}
const SIZE = computed((encoding) => 128 << encoding);

const EXPRESS: Lines = {
  title: {
    "Express (v*)": "capabilities.version",
    "IntMsgNum *": "capabilities.interruptMessage",
    "(Slot±": "capabilities.slotImplemented",
    "Legacy Endpoint": ["capabilities.type", { "legacy endpoint": "Legacy Endpoint" }],
    "Root Complex Integrated Endpoint": ["capabilities.type", {
      "root complex integrated endpoint": "Root Complex Integrated Endpoint",
    }],
    "Root Complex Event Collector": ["capabilities.type", {
      "root complex event collector": "Root Complex Event Collector",
    }],
    "Root Port": ["capabilities.type", { "root port": "Root Port" }],
    "Upstream Port": ["capabilities.type", { "upstream port": "Upstream Port" }],
    "Downstream Port": ["capabilities.type", { "downstream port": "Downstream Port" }],
    "PCI-Express to PCI/PCI-X Bridge": ["capabilities.type", {
      "bridge to PCI": "PCI-Express to PCI/PCI-X Bridge",
    }],
    "PCI/PCI-X to PCI-Express Bridge": ["capabilities.type", {
      "bridge from PCI": "PCI/PCI-X to PCI-Express Bridge",
    }],
    Endpoint: ["capabilities.type", { endpoint: "Endpoint" }],
    "Unknown type *": ["capabilities.type", (value: string) => value.replace("reserved ", "")],
  },
  DevCap: {
    "MaxPayload * bytes": ["deviceCapabilities.maxPayload", SIZE],
    "PhantFunc *": "deviceCapabilities.phantomFunctions",
    "Latency L0s **": ["deviceCapabilities.l0sAcceptableLatency", L0S],
    "L1 **": ["deviceCapabilities.l1AcceptableLatency", L1],
    "SlotPowerLimit *": ["deviceSlotPowerLimit", (value: number | string) => `${value}W`],
    ...flags("deviceCapabilities", {
      ExtTag: "extendedTag",
      AttnBtn: "attentionButton",
      AttnInd: "attentionIndicator",
      PwrInd: "powerIndicator",
      RBE: "roleBasedErrorReporting",
      FLReset: "functionLevelReset",
      "TEE-IO": "teeIo",
    }),
  },
  DevCtl: {
    "MaxPayload * bytes": ["deviceControl.maxPayload", SIZE],
    "MaxReadReq * bytes": ["deviceControl.maxReadRequest", SIZE],
    ...flags("deviceControl", {
      CorrErr: "correctableErrorReporting",
      NonFatalErr: "nonFatalErrorReporting",
      FatalErr: "fatalErrorReporting",
      UnsupReq: "unsupportedRequestReporting",
      RlxdOrd: "relaxedOrdering",
      ExtTag: "extendedTag",
      PhantFunc: "phantomFunctions",
      AuxPwr: "auxiliaryPower",
      NoSnoop: "noSnoop",
      BrConfRtry: "bridgeRetryOrFunctionLevelReset",
      FLReset: "bridgeRetryOrFunctionLevelReset",
    }),
  },
  DevSta: flags("deviceStatus", {
    CorrErr: "correctableError",
    NonFatalErr: "nonFatalError",
    FatalErr: "fatalError",
    UnsupReq: "unsupportedRequest",
    AuxPwr: "auxiliaryPower",
    TransPend: "transactionsPending",
  }),
  LnkCap: {
    "Port #*": "linkCapabilities.port",
    "Speed *": ["linkCapabilities.maxSpeed", speed("unknown")],
    "Width x*": "linkCapabilities.maxWidth",
    "ASPM **": ["linkCapabilities.aspm", {
      none: "not supported",
      L0s: "L0s",
      L1: "L1",
      "L0s and L1": "L0s L1",
    }],
    "Exit Latency L0s **": ["linkCapabilities.l0sExitLatency", L0S],
    "Exit Latency L1 **": ["linkCapabilities.l1ExitLatency", L1],
    "L1 **": ["linkCapabilities.l1ExitLatency", L1],
    ...flags("linkCapabilities", {
      ClockPM: "clockPowerManagement",
      Surprise: "surpriseDownReporting",
      LLActRep: "linkActiveReporting",
      BwNot: "bandwidthNotification",
      ASPMOptComp: "aspmOptionality",
    }),
  },
  LnkCtl: {
    "ASPM **": ["linkControl.aspm", {
      disabled: "Disabled",
      L0s: "L0s Enabled",
      L1: "L1 Enabled",
      "L0s and L1": "L0s L1 Enabled",
    }],
    "RCB * bytes": "linkControl.readCompletionBoundary",
    ...flags("linkControl", {
      LnkDisable: "disable",
      CommClk: "commonClock",
      ExtSynch: "extendedSynch",
      ClockPM: "clockPowerManagement",
      AutWidDis: "autonomousWidthDisable",
      BWInt: "bandwidthManagementInterrupt",
      AutBWInt: "autonomousBandwidthInterrupt",
    }),
  },
  LnkSta: {
    "(downgraded": DERIVED,
    "(overdriven": DERIVED,
    "Speed *": ["linkStatus.speed", speed("unknown")],
    "Width x*": "linkStatus.width",
    ...flags("linkStatus", {
      TrErr: "trainingError",
      Train: "training",
      SlotClk: "slotClock",
      DLActive: "linkActive",
      BWMgmt: "bandwidthManagement",
      ABWMgmt: "autonomousBandwidth",
    }),
  },
  SltCap: {
    ...flags("slotCapabilities", {
      AttnBtn: "attentionButton",
      PwrCtrl: "powerController",
      MRL: "mrlSensor",
      AttnInd: "attentionIndicator",
      PwrInd: "powerIndicator",
      HotPlug: "hotPlug",
      Surprise: "hotPlugSurprise",
      Interlock: "interlock",
      NoCompl: "noCommandCompleted",
    }),
    "Slot #*": "slotCapabilities.slot",
    "PowerLimit *": ["slotPowerLimit", (value: number | string) => `${value}W`],
  },
  SltCtl: {
    "Enable:": null,
    ...flags("slotControl", {
      AttnBtn: "attentionButtonEnable",
      PwrFlt: "powerFaultEnable",
      MRL: "mrlSensorEnable",
      PresDet: "presenceDetectEnable",
      CmdCplt: "commandCompletedEnable",
      HPIrq: "hotPlugInterruptEnable",
      LinkChg: "linkStateEnable",
    }),
  },
  "SltCtl Control": {
    "AttnInd *": ["slotControl.attentionIndicator", INDICATOR],
    "PwrInd *": ["slotControl.powerIndicator", INDICATOR],
    ...flags("slotControl", { Power: "powerOff", Interlock: "interlock" }),
  },
  SltSta: {
    "Status:": null,
    ...flags("slotStatus", {
      AttnBtn: "attentionButtonPressed",
      PowerFlt: "powerFault",
      MRL: "mrlOpen",
      CmdCplt: "commandCompleted",
      PresDet: "presence",
      Interlock: "interlockEngaged",
    }),
  },
  "SltSta Changed": flags("slotStatus", {
    MRL: "mrlSensorChanged",
    PresDet: "presenceDetectChanged",
    LinkState: "linkStateChanged",
  }),
  RootCap: flags("rootCapabilities", { CRSVisible: "crsSoftwareVisibility" }),
  RootCtl: flags("rootControl", {
    ErrCorrectable: "systemErrorOnCorrectable",
    "ErrNon-Fatal": "systemErrorOnNonFatal",
    ErrFatal: "systemErrorOnFatal",
    PMEIntEna: "pmeInterrupt",
    CRSVisible: "crsSoftwareVisibility",
  }),
  RootSta: {
    "PME ReqID *": ["rootStatus.pmeRequesterId", "hex4"],
    ...flags("rootStatus", { PMEStatus: "pmeStatus", PMEPending: "pmePending" }),
  },
  DevCap2: {
    "Completion Timeout: **": [
      "deviceCapabilities2.completionTimeoutRanges",
      (value: string) =>
        value === "none" ? "Not Supported" : value.startsWith("reserved") ? "Unknown" : `Range ${value}`,
    ],
    "OBFF **": ["deviceCapabilities2.obff", {
      none: "Not Supported",
      message: "Via message",
      "WAKE#": "Via WAKE#",
      "message and WAKE#": "Via message/WAKE#",
    }],
    "MaxEETLPPrefixes *": "deviceCapabilities2.maxEndToEndPrefixes",
    "EmergencyPowerReduction **": ["deviceCapabilities2.emergencyPowerReduction", {
      none: "Not Supported",
      "device-specific": "Dev Specific",
      "form factor or device-specific": "Form Factor Dev Specific",
      "reserved 3": "Reserved",
    }],
    "LN System CLS **": ["deviceCapabilities2.lnSystemCacheLine", {
      none: "Not Supported",
      "64 bytes": "64byte cachelines",
      "128 bytes": "128byte cachelines",
      "reserved 3": "Reserved",
    }],
    "TPHComp±": ["deviceCapabilities2.tphCompleter", { none: "-", TPH: "+", "TPH and extended TPH": "+" }],
    "ExtTPHComp±": ["deviceCapabilities2.tphCompleter", { none: "-", TPH: "-", "TPH and extended TPH": "+" }],
    ...flags("deviceCapabilities2", {
      TimeoutDis: "completionTimeoutDisable",
      NROPrPrP: "noRelaxedOrderingPassing",
      LTR: "latencyToleranceReporting",
      "10BitTagComp": "tag10Completer",
      "10BitTagReq": "tag10Requester",
      ExtFmt: "extendedFormat",
      EETLPPrefix: "endToEndPrefix",
      EmergencyPowerReductionInit: "emergencyPowerReductionInitialization",
      FRS: "frs",
      ARIFwd: "ariForwarding",
    }),
  },
  "DevCap2 AtomicOpsCap": flags("deviceCapabilities2", {
    Routing: "atomicOpRouting",
    "32bit": "atomicOp32",
    "64bit": "atomicOp64",
    "128bitCAS": "cas128",
  }),
  DevCtl2: {
    "Completion Timeout: **": [
      "deviceControl2.completionTimeout",
      (value: string) => value.startsWith("reserved") ? "Unknown" : value.replace(/(\d) /g, "$1"),
    ],
    "OBFF **": ["deviceControl2.obff", {
      disabled: "Disabled",
      "message A": "Via message A",
      "message B": "Via message B",
      "WAKE#": "Via WAKE#",
    }],
    ...flags("deviceControl2", {
      TimeoutDis: "completionTimeoutDisable",
      ARIFwd: "ariForwarding",
      IDOReq: "idoRequest",
      IDOCompl: "idoCompletion",
      LTR: "latencyToleranceReporting",
      EmergencyPowerReductionReq: "emergencyPowerReductionRequest",
      "10BitTagReq": "tag10Requester",
      EETLPPrefixBlk: "endToEndPrefixBlocking",
    }),
  },
  "DevCtl2 AtomicOpsCtl": {
    ...flags("deviceControl2", {
      ReqEn: "atomicOpRequester",
      EgressBlck: "atomicOpEgressBlocking",
      IDOReq: "idoRequest",
      IDOCompl: "idoCompletion",
      LTR: "latencyToleranceReporting",
      EmergencyPowerReductionReq: "emergencyPowerReductionRequest",
      "10BitTagReq": "tag10Requester",
      EETLPPrefixBlk: "endToEndPrefixBlocking",
    }),
    "OBFF **": ["deviceControl2.obff", {
      disabled: "Disabled",
      "message A": "Via message A",
      "message B": "Via message B",
      "WAKE#": "Via WAKE#",
    }],
  },
  LnkCap2: {
    "Supported Link Speeds: **": ({ linkCapabilities2: c }: Any) => {
      const highest = [64, 32, 16, 8, 5, 2.5].find((speed) => c[`speed${String(speed).replace(".", "_")}`]);
      return highest === undefined ? "Unknown" : highest === 2.5 ? "2.5GT/s" : `2.5-${highest}GT/s`;
    },
    ...flags("linkCapabilities2", {
      Crosslink: "crosslink",
      Retimer: "retimer",
      "2Retimers": "twoRetimers",
      DRS: "drs",
    }),
  },
  LnkCtl2: {
    "Target Link Speed: *": ["linkControl2.targetSpeed", speed("Unknown")],
    "Selectable De-emphasis: *": ["linkControl2.selectableDeemphasis", DEEMPHASIS],
    ...flags("linkControl2", { EnterCompliance: "enterCompliance", SpeedDis: "autonomousSpeedDisable" }),
  },
  "LnkCtl2 Transmit Margin": {
    ...flags("linkControl2", {
      EnterModifiedCompliance: "enterModifiedCompliance",
      ComplianceSOS: "complianceSos",
    }),
    "**": ["linkControl2.transmitMargin", {
      0: "Normal Operating Range",
      1: "800-1200mV(full-swing)/400-700mV(half-swing)",
      2: "200-400mV(full-swing)/100-200mV(half-swing)",
      3: "200-400mV(full-swing)/100-200mV(half-swing)",
      4: "200-400mV(full-swing)/100-200mV(half-swing)",
      5: "200-400mV(full-swing)/100-200mV(half-swing)",
      6: "Unknown",
      7: "Unknown",
    }],
  },
  "LnkCtl2 Compliance Preset/De-emphasis": { "=": ["linkControl2.compliancePreset", presets] },
  LnkSta2: {
    "Current De-emphasis Level: *": ["linkStatus2.deemphasis", DEEMPHASIS],
    "CrosslinkRes: **": ["linkStatus2.crosslink", {
      "not supported": "unsupported",
      "upstream port": "Upstream Port",
      "downstream port": "Downstream Port",
      "not completed": "incomplete",
    }],
    ...flags("linkStatus2", {
      EqualizationComplete: "equalizationComplete",
      EqualizationPhase1: "equalizationPhase1",
      EqualizationPhase2: "equalizationPhase2",
      EqualizationPhase3: "equalizationPhase3",
      LinkEqualizationRequest: "equalizationRequest",
      Retimer: "retimer",
      "2Retimers": "twoRetimers",
      DRS: "drsReceived",
    }),
  },
  "LnkSta2 DownstreamComp": {
    "**": ["linkStatus2.downstreamComponent", {
      "link down, not determined": "Link Down - Not Determined",
      "link down, not present": "Link Down - Not Present",
      "link down, present": "Link Down - Present",
      "link up, present": "Link Up - Present",
      "link up, DRS received": "Link Up - Present and DRS Received",
      "reserved 3": "Reserved",
      "reserved 6": "Reserved",
      "reserved 7": "Reserved",
    }],
  },
};

const PCI_X: Lines = {
  title: { "PCI-X bridge device": null, "PCI-X non-bridge device": null },
  Command: {
    ...flags("command", { DPERE: "dataParityErrorRecovery", ERO: "relaxedOrdering" }),
    "RBC=*": "command.maxReadByteCount",
    "OST=*": "command.maxSplitTransactions",
  },
  Status: {
    ...flags("status", {
      "64bit": "bits64",
      "133MHz": "mhz133",
      SCD: "splitCompletionDiscarded",
      USC: "unexpectedSplitCompletion",
      RSCEM: "splitCompletionError",
      "266MHz": "mhz266",
      "533MHz": "mhz533",
      SCO: "splitCompletionOverrun",
      SRD: "splitRequestDelayed",
    }),
    "Dev=*": ({ status: s }: Any) => `${hex(s.bus, 2)}:${hex(s.device, 2)}.${s.function}`,
    "DC=*": ["status.complex", { true: "bridge", false: "simple" }],
    "DMMRBC=*": "status.designedMaxReadByteCount",
    "DMOST=*": "status.designedMaxSplitTransactions",
    "DMCRS=*": ["status.designedMaxCumulativeReadSize", (value: number) => String(value / 128)],
  },
  "Secondary Status": {
    ...flags("secondaryStatus", {
      "64bit": "bits64",
      "133MHz": "mhz133",
      SCD: "splitCompletionDiscarded",
      USC: "unexpectedSplitCompletion",
      SCO: "splitCompletionOverrun",
      SRD: "splitRequestDelayed",
    }),
    "Freq=*": ["secondaryStatus.clock", {
      conventional: "conv",
      "66 MHz": "66MHz",
      "100 MHz": "100MHz",
      "133 MHz": "133MHz",
      "reserved 4": "?4",
      "reserved 5": "?5",
      "reserved 6": "?6",
      "reserved 7": "?7",
    }],
  },
  Upstream: {
    "Capacity=*": "upstreamSplits.capacity",
    "CommitmentLimit=*": "upstreamSplits.commitmentLimit",
  },
  Downstream: {
    "Capacity=*": "downstreamSplits.capacity",
    "CommitmentLimit=*": "downstreamSplits.commitmentLimit",
  },
};

function rates(name: string): (fields: Any) => string {
  return (fields: Any) =>
    fields[name].length === 0 ? "<none>" : fields[name].map((rate: number) => `x${rate}`).join(",");
}
const AGP: Lines = {
  title: { "AGP version *": ({ version: v }: Any) => `${hex(v.major, 1)}.${hex(v.minor, 1)}` },
  Status: {
    "Rate=***": rates("supportedRates"),
    "RQ=*": "status.requests",
    "ArqSz=*": "status.asynchronousRequestSize",
    "Cal=*": "status.calibrationCycle",
    ...flags("status", {
      Iso: "isochronous",
      SBA: "sidebandAddressing",
      ITACoh: "coherentAperture",
      GART64: "gart64",
      HTrans: "hostTranslation",
      "64bit": "over4GiB",
      FW: "fastWrite",
      AGP3: "agp3",
    }),
  },
  Command: {
    "Rate=***": rates("enabledRates"),
    "RQ=*": "command.requests",
    "ArqSz=*": "command.asynchronousRequestSize",
    "Cal=*": "command.calibrationCycle",
    ...flags("command", {
      SBA: "sidebandAddressing",
      AGP: "enable",
      GART64: "gart64",
      "64bit": "over4GiB",
      FW: "fastWrite",
    }),
  },
};

function eaProperty(value: string): string {
  return EA_PROPERTIES[value] ?? `[${hex(codeOf(value), 2)}]`;
}
const EA_PROPERTIES: Readonly<Record<string, string>> = {
  memory: "memory space, non-prefetchable",
  "prefetchable memory": "memory space, prefetchable",
  "I/O": "I/O space",
  "prefetchable memory of VFs": "VF memory space, prefetchable",
  "memory of VFs": "VF memory space, non-prefetchable",
  "memory behind the bridge": "allocation behind bridge, non-prefetchable memory",
  "prefetchable memory behind the bridge": "allocation behind bridge, prefetchable memory",
  "I/O behind the bridge": "allocation behind bridge, I/O space",
  "unavailable memory": "memory space resource unavailable for use",
  "unavailable I/O": "I/O space resource unavailable for use",
  unavailable: "entry unavailable for use",
};
const ALLOCATION: Lines = {
  title: {
    "Enhanced Allocation (EA): NumEntries=*": "entries.count",
    "secondary=*": "buses.secondaryBus",
    "subordinate=*": "buses.subordinateBus",
  },
  "Entry #": {
    "Enable±": "allocations.#.header.enable",
    "Writable±": "allocations.#.header.writable",
    "EntrySize=*": "allocations.#.header.size",
  },
  "Entry # BAR Equivalent Indicator": {
    "=": [
      "allocations.#.header.equivalent",
      (value: string) =>
        value.replace("VF BAR", "VF-BAR").replace("behind the function", "resource behind function")
          .replace("none", "not indicated").replace("reserved 15", "reserved"),
    ],
  },
  "Entry # PrimaryProperties": { "=": ["allocations.#.header.primaryProperties", eaProperty] },
  "Entry # SecondaryProperties": {
    "PrimaryProperties should be used": null,
    "=": ["allocations.#.header.secondaryProperties", eaProperty],
  },
  "Entry # Base": { "~*": ["allocations.#.base", "hex1"] },
  "Entry # MaxOffset": { "~*": ["allocations.#.maxOffset", "hex1"] },
};

const MSI: Lines = {
  title: {
    "MSI:": null,
    "Enable±": "control.enable",
    "Count=*": ({ control: { multipleMessageEnable: enabled, multipleMessageCapable: capable } }: Any) =>
      [enabled, capable].map((value) => typeof value === "number" ? value : 2 ** codeOf(value)).join("/"),
    "Maskable±": "control.perVectorMasking",
    "64bit±": "control.address64",
  },
  Address: {
    "Data: *": ["data", "hex4"],
    "*": ({ address, control }: Any) => hex(address, control.address64 ? 16 : 8),
  },
  Masking: { "Pending: *": ["pending", "hex8"], "*": ["mask", "hex8"] },
};

const MSIX: Lines = {
  title: {
    "MSI-X:": null,
    "Enable±": "control.enable",
    "Count=*": "control.vectors",
    "Masked±": "control.functionMask",
  },
  "Vector table": { "BAR=*": "table.bar", "offset=*": ["table.offset", "hex8"] },
  PBA: { "BAR=*": "pending.bar", "offset=*": ["pending.offset", "hex8"] },
};

const VIRTIO: Readonly<Record<string, string>> = {
  "common configuration": "CommonCfg",
  notifications: "Notify",
  "ISR status": "ISR",
  "device configuration": "DeviceCfg",
};

const VENDOR_SPECIFIC: Lines = {
  title: {
    "Vendor Specific Information:": null,
    "VirtIO: *": ["virtio.type.structure", (value: string) => VIRTIO[value] ?? "<unknown>"],
    "Len=*": ["length", "hex2"],
    "<?>": UNDECODED,
  },
  "": {
    "BAR=*": "virtio.bar",
    "offset=*": ["virtio.offset", "hex8"],
    "size=*": ["virtio.size", "hex8"],
    "multiplier=*": ["virtio.multiplier", "hex8"],
  },
};

/** Lines by the kind of capability. */
export const LINES: Readonly<Record<string, Lines>> = {
  header: HEADER,
  null: { title: { Null: null } },
  powerManagement: POWER,
  agp: AGP,
  vitalProductData: { title: { "Vital Product Data": null }, "": { "Not readable": UNDECODED } },
  slotIdentification: {
    title: {
      "Slot ID: * slots": "expansionSlot.slots",
      "First±": "expansionSlot.firstInChassis",
      "chassis *": ["chassis", "hex2"],
    },
  },
  msi: MSI,
  compactPciHotSwap: { title: { "CompactPCI hot-swap": null, "<?>": UNDECODED } },
  pciX: PCI_X,
  hyperTransport: HYPER_TRANSPORT,
  vendorSpecific: VENDOR_SPECIFIC,
  debugPort: {
    title: { "Debug port:": null, "BAR=*": "location.bar", "offset=*": ["location.offset", "hex4"] },
  },
  compactPciResourceControl: { title: { "CompactPCI central resource control": null, "<?>": UNDECODED } },
  hotPlug: { title: { "Hot-plug capable": null } },
  bridgeSubsystem: {
    title: {
      "Subsystem: Device [*]": ({ vendorId, deviceId }: Any) => `${hex(vendorId, 4)}:${hex(deviceId, 4)}`,
    },
  },
  agp8x: { title: { AGP3: null, "<?>": UNDECODED } },
  secureDevice: { title: { "Secure device": null, "<?>": UNDECODED } },
  pciExpress: EXPRESS,
  msix: MSIX,
  sata: {
    title: {
      "SATA HBA v*": ({ revision }: Any) => `${revision.major}.${revision.minor}`,
      "BAR*": ["location.location", (value: string) => value.replace("BAR ", "").replace("reserved ", "??")],
      "Offset=*": ["location.offset", (value: number) => hex(value / 4, 8)],
      InCfgSpace: ["location.location", { "config space": "InCfgSpace" }],
    },
  },
  advancedFeatures: {
    title: { "PCI Advanced Features": null },
    AFCap: flags("capabilities", { TP: "transactionsPending", FLR: "functionLevelReset" }),
    AFCtrl: flags("control", { FLR: "initiateFunctionLevelReset" }),
    AFStatus: flags("status", { TP: "transactionsPending" }),
  },
  enhancedAllocation: ALLOCATION,
};
