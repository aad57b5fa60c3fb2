/** A BAR in what JSON has. */
import type { Bar } from "../bars.ts";
import { hex64 } from "./fields.ts";

/** What a BAR says, as {@linkcode Bar} does. */
export interface DescribedBar extends Omit<Bar, "address"> {
  /** Where it lies on the bus: `0x` and 16 digits; zeros while nobody has placed it. */
  readonly address: string;
}

/** Writes a BAR's address as text. */
export function describeBar(bar: Bar): DescribedBar {
  return { ...bar, address: hex64(bar.address) };
}
