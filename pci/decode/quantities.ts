/** Quantities that two fields say together. */

/** The highest limit that has a number of its own. */
const ABOVE_ALL = 0xff;
const SCALES = [1, 0.1, 0.01, 0.001] as const;

/**
 * Tells a limit of power in watts; a value from 0xf0 on stands for more than 239 where the scale is 1.
 *
 * @see PCI Express Base Specification 6.0, section 7.5.3.9
 */
export function slotPower(value: number, scale: number): number | ">600" {
  if (scale === 0 && value === ABOVE_ALL) return ">600";
  const watts = scale === 0 && value >= 0xf0 ? 250 + 25 * (value - 0xf0) : value * (SCALES[scale] ?? 1);
  // A product of a decimal fraction has digits of its own: 75.10000000000001.
  return Number(watts.toFixed(3));
}

/**
 * Tells a value in units of a scale that has a meaning.
 *
 * @returns undefined where the scale is reserved.
 */
export function scaled(value: number, scale: number | string): number | undefined {
  return typeof scale === "number" ? value * scale : undefined;
}
