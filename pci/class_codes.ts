/** Class codes in words. */
import { BASE_CLASSES, INTERFACES, SUBCLASSES } from "./class_codes_data.ts";

/**
 * Names what a function is, as exactly as its class code tells: "NVM Express controller".
 *
 * A programming interface without a name is named by its subclass, and a subclass by its base class.
 *
 * @param code 24 bits: base class, subclass, programming interface.
 * @returns undefined for a base class without a name.
 * @throws {TypeError} for more than 24 bits.
 */
export function className(code: number): string | undefined {
  if (!Number.isInteger(code) || code < 0 || code > 0xff_ffff) {
    throw new TypeError(`Cannot use ${code} as a class code: an integer from 0 to 0xffffff is needed`);
  }
  return INTERFACES.get(code) ?? SUBCLASSES.get(code >> 8) ?? BASE_CLASSES.get(code >> 16);
}
