/** Numbers as people read them. */

const SIZE_UNITS: readonly string[] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/** Writes an address or a register's value: "0xfee00000". */
export function hex(value: number | bigint, digits = 1): string {
  return `0x${value.toString(16).padStart(digits, "0")}`;
}

/** Writes a size in bytes in the largest unit of which there is at least one: "78 MiB", "1.5 GiB", "2 B". */
export function formatSize(bytes: bigint): string {
  let unit = 0;
  while (unit < SIZE_UNITS.length - 1 && bytes >> BigInt(10 * (unit + 1)) > 0n) unit++;
  const value = Number(bytes) / 2 ** (10 * unit);
  // "256 TiB" is what 2^48 - 1 bytes are to a reader: what is not exact is rounded.
  return `${value >= 100 ? Math.round(value) : Number(value.toFixed(1))} ${SIZE_UNITS[unit]}`;
}

const TIME_UNITS: readonly (readonly [number, string])[] = [[1e9, "s"], [1e6, "ms"], [1e3, "µs"], [1, "ns"]];

/** Writes a time to three digits: "5.82 µs", "120 ns". @param nanoseconds 0 or more. */
export function formatTime(nanoseconds: number): string {
  const rounded = Number(nanoseconds.toPrecision(3));
  const [scale, unit] = TIME_UNITS.find(([scale]) => rounded >= scale) ?? [1, "ns"];
  return `${Number((rounded / scale).toPrecision(3))} ${unit}`;
}
