/** A register cut into what its bits mean, most significant first. */
import type { RegisterDeclaration } from "../core/registers.ts";

/** Bits that mean one thing, or nothing. */
export interface BitSpan {
  /** The field's name; undefined for bits that no field has. */
  readonly name: string | undefined;
  /** Its most significant bit. */
  readonly msb: number;
  /** Its least significant bit. */
  readonly lsb: number;
}

/**
 * Cuts a register into its fields and the bits between, most significant first; one without fields is all value.
 *
 * A bit that two fields have goes to the one declared first; what is outside the register is left out.
 */
export function bitSpans({ width, fields }: RegisterDeclaration): BitSpan[] {
  if (fields === undefined) return [{ name: "value", msb: width - 1, lsb: 0 }];
  const names = Array<string | undefined>(width).fill(undefined);
  for (const [name, field] of Object.entries(fields)) {
    const [msb, lsb] = typeof field === "number" ? [field, field] : field;
    for (let bit = Math.max(0, lsb); bit <= Math.min(width - 1, msb); bit++) names[bit] ??= name;
  }
  const spans: BitSpan[] = [];
  let msb = width - 1;
  for (let bit = width - 1; bit >= 0; bit--) {
    if (bit > 0 && names[bit - 1] === names[bit]) continue;
    spans.push({ name: names[bit], msb, lsb: bit });
    msb = bit - 1;
  }
  return spans;
}

/** Takes bits out of a value. */
export function bitsOf(value: number | bigint, { msb, lsb }: Pick<BitSpan, "msb" | "lsb">): bigint {
  return (BigInt(value) >> BigInt(lsb)) & ((1n << BigInt(msb - lsb + 1)) - 1n);
}

/** Cuts a span where the rows of a drawing end. @param perRow Bits in a row. */
export function splitSpan({ name, msb, lsb }: BitSpan, perRow: number): BitSpan[] {
  const parts: BitSpan[] = [];
  for (let high = msb; high >= lsb;) {
    const low = Math.max(lsb, high - high % perRow);
    parts.push({ name, msb: high, lsb: low });
    high = low - 1;
  }
  return parts;
}
