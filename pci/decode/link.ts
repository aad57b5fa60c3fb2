/** What a link runs at, of what its device can. */
import type { DecodedConfig } from "./config.ts";

/** A link. */
export interface LinkSummary {
  /** GT/s that it runs at; text for a speed that specifications leave open. */
  readonly speed: number | string;
  /** Lanes that it runs on; 0 without a link. */
  readonly width: number;
  /** GT/s that the device can. */
  readonly maxSpeed: number | string;
  /** Lanes that the device has. */
  readonly maxWidth: number;
  /** "downgraded": it is slower or narrower than the device can, which a slot, a cable or the other end may be the reason of. */
  readonly state: "full" | "downgraded" | "down";
}

/**
 * Sums a device's link up; undefined where it has none, or its registers are cut off.
 *
 * @see PCI Express Base Specification 4.0, sections 7.5.3.6 and 7.5.3.8
 */
export function linkOf({ capabilities }: DecodedConfig): LinkSummary | undefined {
  const express = capabilities.find((each) => each.kind === "pciExpress");
  if (express?.kind !== "pciExpress") return undefined;
  const { linkStatus: now, linkCapabilities: most } = express.fields;
  if (now === undefined || most === undefined) return undefined;
  const { speed, width } = now;
  const { maxSpeed, maxWidth } = most;
  const isLess = width < maxWidth || (typeof speed === "number" && Number(maxSpeed) > speed);
  const state = width === 0 ? "down" : isLess ? "downgraded" : "full";
  return { speed, width, maxSpeed, maxWidth, state };
}

/** Writes a link down: "2.5 GT/s x1 of 8 GT/s x4". */
export function linkText({ speed, width, maxSpeed, maxWidth }: LinkSummary): string {
  return `${speed} GT/s x${width} of ${maxSpeed} GT/s x${maxWidth}`;
}
