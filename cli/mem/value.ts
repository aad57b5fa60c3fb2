/** What the words behind an action say: values to write, conditions to wait for. */
import { UsageError } from "../errors.ts";
import { allBits, fieldValue, maskOf } from "./access.ts";
import { findPlace } from "./place.ts";
import type { Ground, Place } from "./place.ts";

/** A value to write: the bits of the mask. */
export interface PlaceValue {
  readonly place: Place;
  readonly value: bigint;
  readonly mask: bigint;
}

/** What is waited for. */
export interface Condition {
  readonly place: Place;
  readonly mask: bigint;
  readonly value: bigint;
  /** The bits are to be something else than `value`. */
  readonly negated: boolean;
  /** As it was written. */
  readonly text: string;
}

const NUMBER = /^(0x[0-9a-f]{1,16}|\d{1,20})$/i;
const CONDITION = /^([^&=!]+)(?:&([^&=!]+))?(==|!=)([^&=!]+)$/;

/** Reads `OFF=VALUE` or `OFF=VALUE:MASK`. @throws {UsageError} for what is none. */
export function parsePlaceValue(ground: Ground, word: string): PlaceValue {
  const at = word.indexOf("=");
  if (at < 0) throw new UsageError(`write takes OFF=VALUE, as ${word}=1, or OFF=VALUE:MASK`);
  const place = findPlace(ground, word.slice(0, at));
  const [text = "", maskText, ...rest] = word.slice(at + 1).split(":");
  if (rest.length > 0) throw new UsageError(`'${word}' is neither OFF=VALUE nor OFF=VALUE:MASK`);
  if (place.field !== undefined) {
    if (maskText !== undefined) {
      throw new UsageError(`'${word}' has a mask and a field: one of them says which bits`);
    }
    const value = parseValue(text, word, allBits(place.field.count)) << BigInt(place.field.lsb);
    return { place, value, mask: maskOf(place) };
  }
  const all = allBits(place.width);
  const mask = maskText === undefined ? all : parseValue(maskText, word, all);
  return { place, value: parseValue(text, word, all) & mask, mask };
}

/** Reads `REG==VALUE`, `REG&MASK==VALUE`, and the same with `!=`. @throws {UsageError} for what is none. */
export function parseCondition(ground: Ground, text: string): Condition {
  const [, word, maskText, operator, valueText] = CONDITION.exec(text) ?? [];
  if (word === undefined || valueText === undefined) {
    throw new UsageError(
      `'${text}' is nothing to wait for: 'STATUS&0x1==0', STATUS.ready==1 or STATUS!=0 are`,
    );
  }
  const place = findPlace(ground, word.trim());
  const all = allBits(place.field?.count ?? place.width);
  const mask = maskText === undefined ? all : parseValue(maskText.trim(), text, all);
  const value = parseValue(valueText.trim(), text, all);
  if ((value & ~mask) !== 0n) {
    throw new UsageError(`'${text}' never is: the value has bits that the mask has not`);
  }
  return { place, mask, value, negated: operator === "!=", text };
}

/** Whether it holds for a value of the register. */
export function holds({ place, mask, value, negated }: Condition, read: bigint): boolean {
  return ((fieldValue(read, place.field) & mask) === value) !== negated;
}

/** Reads a value. @param last The greatest. */
export function parseValue(text: string, whole: string, last: bigint): bigint {
  const value = NUMBER.test(text) ? BigInt(text) : undefined;
  if (value !== undefined && value <= last) return value;
  throw new UsageError(`'${text}' in '${whole}' is no number from 0 to 0x${last.toString(16)}`);
}
