/** Sizes on the command line. */
import { UsageError } from "../errors.ts";

const SIZE = /^(0x[0-9a-f]{1,12}|\d{1,15})([KMGT]?)(?:i?B)?$/i;
const SHIFTS: Readonly<Record<string, number>> = { "": 0, K: 10, M: 20, G: 30, T: 40 };

/** Reads a size: "4096", "64K", "16M", "2GiB". @throws {UsageError} for what is none. */
export function parseSize(text: string): number {
  const [, digits = "", unit = ""] = SIZE.exec(text) ?? [];
  const size = digits === "" ? NaN : Number(digits) * 2 ** (SHIFTS[unit.toUpperCase()] ?? 0);
  if (Number.isSafeInteger(size) && size > 0) return size;
  throw new UsageError(`'${text}' is no size: 4096, 64K, 16M and 2G are`);
}
