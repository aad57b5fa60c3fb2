/** Lines of the header that several registers make together. */
import { hex } from "./show.ts";
import type { Any } from "./show.ts";

interface Bar {
  readonly index: number;
  readonly kind: string;
  readonly prefetchable: boolean;
  readonly address: string;
}

interface Window {
  readonly kind: string;
  readonly addressBits: number;
  readonly base: string;
  readonly limit: string;
  readonly open: boolean;
}

/** A BAR. */
export function region({ header, bars }: Any, [index]: readonly number[]): string {
  const bar: Bar | undefined = bars.find((each: Bar) => each.index === index);
  if (bar === undefined) return "(absent)";
  const placed = BigInt(bar.address) !== 0n;
  if (bar.kind === "io") {
    const { ioSpace } = header.command;
    const where = placed || ioSpace ? hex(bar.address, 4) : "<unassigned>";
    return `I/O ports at ${where}${ioSpace ? "" : " [disabled]"}`;
  }
  const where = placed ? hex(bar.address, 8) : "<unassigned>";
  return `Memory at ${where} (${kindOf(bar)})${header.command.memorySpace ? "" : " [disabled]"}`;
}

/** A BAR of virtual functions. */
export function vfRegion({ vfBars }: Any, [index]: readonly number[]): string {
  const bar: Bar | undefined = vfBars.find((each: Bar) => each.index === index);
  if (bar === undefined) return "(absent)";
  return `Memory at ${hex(bar.address, bar.kind === "memory64" ? 16 : 8)} (${kindOf(bar)})`;
}

function kindOf({ kind, prefetchable }: Bar): string {
  return `${kind === "memory64" ? "64-bit" : "32-bit"}, ${prefetchable ? "" : "non-"}prefetchable`;
}

/** The expansion ROM. */
export function rom({ header, expansionRom }: Any): string {
  if (expansionRom === undefined) return "(absent)";
  const { address, enabled } = expansionRom;
  const where = BigInt(address) === 0n ? "<unassigned>" : hex(address, 8);
  const disabled = !enabled ? " [disabled]" : header.command.memorySpace ? "" : " [disabled by cmd]";
  return `${where}${disabled}`;
}

/** What a bridge passes on. */
export function behindBridge(kind: string): (decoded: Any) => string {
  return ({ header }) => {
    const window: Window | undefined = header.windows.find((each: Window) => each.kind === kind);
    if (window === undefined) return "(absent)";
    const { addressBits: bits, base, limit } = window;
    const ends = `${hex(base, bits / 4)}-${hex(limit, bits / 4)}`;
    return `${ends} ${window.open ? sizeOf(window) : "[disabled]"} [${bits}-bit]`;
  };
}

function sizeOf({ base, limit }: Window): string {
  let bytes = BigInt(limit) - BigInt(base) + 1n;
  let unit = 0;
  while (unit < 4 && bytes % 1024n === 0n) {
    bytes /= 1024n;
    unit++;
  }
  // lspci prints no more than 32 bits of it.
  return `[size=${BigInt.asUintN(32, bytes)}${["", "K", "M", "G", "T"][unit]}]`;
}

/** What a bridge to CardBus passes on. */
export function cardBusWindow(memory: boolean): (decoded: Any, indexes: readonly number[]) => string {
  return ({ header }, [index = 0]) => {
    const windows = header.windows.filter(({ kind }: Window) => (kind !== "io") === memory);
    const window: Window | undefined = windows[index];
    if (window === undefined) return "(absent)";
    const enabled = memory ? header.command.memorySpace : header.command.ioSpace;
    const prefetch = window.kind === "prefetchable memory" ? " (prefetchable)" : "";
    return `${hex(window.base, 8)}-${hex(window.limit, 8)}${enabled ? "" : " [disabled]"}${prefetch}`;
  };
}

/** The subsystem: of a bridge, in a capability. */
export function subsystem({ header, capabilities }: Any): string {
  const { fields: bridge } = capabilities.find(({ kind }: Any) => kind === "bridgeSubsystem") ?? {};
  const vendorId = header.subsystemVendorId ?? bridge.vendorId;
  return `${hex(vendorId, 4)}:${hex(header.subsystemId ?? bridge.deviceId, 4)}`;
}
