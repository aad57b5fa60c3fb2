/** The header of a config space as plain fields. */
import type { Memory } from "../../core/memory.ts";
import { BRIDGE_HEADER, CARDBUS_HEADER } from "../bridge_header.ts";
import { className } from "../class_codes.ts";
import { CONFIG_HEADER } from "../header.ts";
import { bridgeWindows, cardBusWindows } from "./bridge_windows.ts";
import type { BridgeWindow } from "./bridge_windows.ts";
import { readFields } from "./fields.ts";
import type { Fields } from "./fields.ts";

/** Registers that every header has, among the first 16 bytes. */
export type CommonRegister =
  | "vendorId"
  | "deviceId"
  | "command"
  | "status"
  | "revisionId"
  | "classCode"
  | "cacheLineSize"
  | "latencyTimer"
  | "headerType"
  | "bist";

/** Registers that are decoded on their own: BARs, the ROM, and the pointer, which is what the walk is for. */
export type SeparateRegister =
  | "bar0"
  | "bar1"
  | "bar2"
  | "bar3"
  | "bar4"
  | "bar5"
  | "expansionRom"
  | "capabilitiesPointer";

const COMMON: readonly CommonRegister[] = [
  "vendorId",
  "deviceId",
  "command",
  "status",
  "revisionId",
  "classCode",
  "cacheLineSize",
  "latencyTimer",
  "headerType",
  "bist",
];
const SEPARATE: readonly SeparateRegister[] = [
  "bar0",
  "bar1",
  "bar2",
  "bar3",
  "bar4",
  "bar5",
  "expansionRom",
  "capabilitiesPointer",
];

/** How fast a device on a parallel bus answers. */
export const HEADER_MEANINGS = {
  status: { devselTiming: ["fast", "medium", "slow"] },
  secondaryStatus: { devselTiming: ["fast", "medium", "slow"] },
} as const;

/** What every header has. */
export type CommonHeader =
  & Pick<Fields<typeof CONFIG_HEADER, typeof HEADER_MEANINGS>, CommonRegister>
  & {
    /** What the class code says, in words. */
    readonly className?: string;
  };

/** A header by its layout; one of no known layout has only what every header has. */
export type DecodedHeader =
  | (
    & { readonly layout: "device" }
    & CommonHeader
    & Omit<
      Fields<typeof CONFIG_HEADER, typeof HEADER_MEANINGS>,
      CommonRegister | SeparateRegister
    >
  )
  | (
    & { readonly layout: "bridge"; readonly windows: readonly BridgeWindow[] }
    & CommonHeader
    & Omit<Fields<typeof BRIDGE_HEADER, typeof HEADER_MEANINGS>, SeparateRegister>
  )
  | (
    & { readonly layout: "CardBus bridge"; readonly windows: readonly BridgeWindow[] }
    & CommonHeader
    & Omit<Fields<typeof CARDBUS_HEADER, typeof HEADER_MEANINGS>, SeparateRegister>
  )
  | ({ readonly layout?: undefined } & CommonHeader);

/**
 * Reads the header of a config space.
 *
 * @param layout What the header type says: 0 device, 1 bridge, 2 CardBus bridge.
 */
export function decodeHeader(memory: Memory, layout: number | undefined): DecodedHeader {
  const device = readFields(memory, CONFIG_HEADER, HEADER_MEANINGS, 0, memory.size);
  const code = device.classCode?.code;
  const name = code === undefined ? undefined : className(code);
  const common = { ...pick(device, COMMON), ...(name !== undefined && { className: name }) };
  switch (layout) {
    case 0:
      return { layout: "device", ...common, ...omit(device, [...COMMON, ...SEPARATE]) };
    case 1: {
      const bridge = readFields(memory, BRIDGE_HEADER, HEADER_MEANINGS, 0, memory.size);
      return { layout: "bridge", ...common, ...omit(bridge, SEPARATE), windows: bridgeWindows(bridge) };
    }
    case 2: {
      const bridge = readFields(memory, CARDBUS_HEADER, HEADER_MEANINGS, 0, memory.size);
      return {
        layout: "CardBus bridge",
        ...common,
        ...omit(bridge, SEPARATE),
        windows: cardBusWindows(bridge),
      };
    }
    default:
      return common;
  }
}

function pick<T extends object, Name extends keyof T & string>(
  values: T,
  names: readonly Name[],
): Pick<T, Name> {
  const taken = Object.entries(values).filter(([name]) => (names as readonly string[]).includes(name));
  return Object.fromEntries(taken) as Pick<T, Name>;
}

function omit<T extends object, Name extends string>(values: T, names: readonly Name[]): Omit<T, Name> {
  const left = Object.entries(values).filter(([name]) => !(names as readonly string[]).includes(name));
  return Object.fromEntries(left) as Omit<T, Name>;
}
