import type { RegisterMap } from "../../../core/registers.ts";

/** A register of each width, with fields of all kinds. */
export const CONTROL = {
  narrow: { at: 0x0, width: 8, fields: { on: 0, level: [3, 1], mode: [7, 4] } },
  half: { at: 0x2, width: 16, fields: { top: 15, middle: [14, 1], bottom: 0 } },
  full: { at: 0x4, width: 32, fields: { top: 31, rest: [30, 0] } },
  wide: { at: 0x8, width: 64, fields: { big: [32, 0], most: [62, 33], top: 63 } },
} as const satisfies RegisterMap;
