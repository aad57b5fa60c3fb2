/** Where lspci 3.13 and decodeConfig() differ, and who is right. */

/** A piece of lspci's output that reads otherwise. */
export interface Difference {
  /** The capability, or "header"; those from 0x100 on begin with "extended ". */
  readonly kind: string;
  readonly label: string;
  readonly pattern: string;
  /** What lspci prints, where not everything is explained. */
  readonly theirs?: RegExp;
  readonly why: string;
}

const FREQUENCIES = "lspci keeps 8 of the register's 16 bits, so that it sees none of the upper frequencies";
const NUMBERS = "lspci takes the numbers of the bits for their masks";
const SPARE = "the range that lspci prints holds the flags of the same register";

/** In pciutils' own dumps. */
export const DIFFERENCES: readonly Difference[] = [
  {
    kind: "header",
    label: "Region #",
    pattern: "=",
    theirs: /<unassigned>/,
    why: "the upper half of a BAR of 64 bits, which lspci prints as one more BAR",
  },
  ...["Link Frequency Capability", "Link Frequency Capability 0"].flatMap((label) =>
    ["1.4GHz±", "1.6GHz±"].map((pattern) => ({ kind: "hyperTransport", label, pattern, why: FREQUENCIES }))
  ),
  { kind: "hyperTransport", label: "Link Frequency Capability", pattern: "Vend±", why: FREQUENCIES },
];

/** In spaces with bits changed at random, beside the above. */
export const DIFFERENCES_BY_CHANCE: readonly Difference[] = [
  ...["Link Frequency Capability 0", "Link Frequency Capability 1"].flatMap((label) =>
    ["1.4GHz±", "1.6GHz±", "Vend±"].map((pattern) => ({
      kind: "hyperTransport",
      label,
      pattern,
      why: FREQUENCIES,
    }))
  ).filter(({ label, pattern }) => !(label.endsWith("0") && pattern !== "Vend±")),
  {
    kind: "pciExpress",
    label: "LnkCap2",
    pattern: "Supported Link Speeds: **",
    theirs: /RsvdP/,
    why: "with the reserved bit set lspci tells none of the others",
  },
  {
    kind: "extended secondaryPciExpress",
    label: "LaneErrStat",
    pattern: "=",
    why: "lspci reads 16 of the register's 32 bits, so that it sees no lane from 16 on",
  },
  {
    kind: "extended singleRootIoVirtualization",
    label: "Region #",
    pattern: "=",
    why: "lspci takes reserved types for 64 bits, and the upper half of a BAR without a lower one for a BAR",
  },
  ...["extended resizableBar", "extended vfResizableBar"].flatMap((kind) =>
    ["current size: *", "supported: **"].map((pattern) => ({
      kind,
      label: "BAR #",
      pattern,
      why: "two entries of the same BAR, of which the comparison finds the first, or a reserved size",
    }))
  ),
  {
    kind: "extended latencyToleranceReporting",
    label: "Max snoop latency",
    pattern: "*ns",
    why: "lspci shifts by the reserved scales too, and out of 32 bits",
  },
  {
    kind: "extended latencyToleranceReporting",
    label: "Max no snoop latency",
    pattern: "*ns",
    why: "lspci shifts by the reserved scales too, and out of 32 bits",
  },
  {
    kind: "extended rootComplexEventCollector",
    label: "AssociatedBusNumbers",
    pattern: "=",
    why: "a range that ends in front of where it begins is none; lspci knows one such",
  },
  {
    kind: "extended rootComplexEventCollector",
    label: "RCiEPBitmap",
    pattern: "=",
    why: "lspci forgets the end of a run that ends with device 31",
  },
  {
    kind: "extended integrityAndDataEncryption",
    label: "LinkIDE## Ctl",
    pattern: "PCRC±",
    why: "lspci prints whether the stream is enabled",
  },
  {
    kind: "extended multicast",
    label: "McastOverlayBAR",
    pattern: "OverlaySize *",
    why: "only ports have an overlay; lspci reads one of all but two kinds of endpoints",
  },
  {
    kind: "extended multicast",
    label: "McastOverlayBAR",
    pattern: "BaseAddr *",
    why: "only ports have an overlay; lspci reads one of all but two kinds of endpoints",
  },
  {
    kind: "extended rootComplexLinkDeclaration",
    label: "Desc",
    pattern: "EltType=*",
    why: "lspci takes the four reserved bits above the type for a part of it",
  },
  ...[
    ["CXLCtl2", "InitRst±"],
    ["CXLCtl2", "RstMemClrEn±"],
    ["CXLCtl2", "DesiredVolatileHDMStateAfterHotReset±"],
    ["CXLCap3", "HotReset±"],
    ["CXLCap3", "HotResetConfigurability±"],
  ].map(([label = "", pattern = ""]) => ({
    kind: "extended designatedVendorSpecific",
    label,
    pattern,
    why: NUMBERS,
  })),
  {
    kind: "extended designatedVendorSpecific",
    label: "CXLPortSta",
    pattern: "PMComplete±",
    why: "lspci takes the register's offset for the bit's mask",
  },
  {
    kind: "extended designatedVendorSpecific",
    label: "FuncMap #",
    pattern: "*",
    why: "lspci reads 16 of each register's 32 bits",
  },
  { kind: "extended designatedVendorSpecific", label: "Range#", pattern: "*", why: SPARE },
  {
    kind: "extended designatedVendorSpecific",
    label: "AlternateBus",
    pattern: "*",
    theirs: /^.{4}-.{4}$/,
    why: "lspci prints the window of memory under the name of that of buses",
  },
];
