/** Decoders of capabilities whose map says all. */
import type { RegisterMap } from "../../core/registers.ts";
import type { Fields, Meanings } from "./fields.ts";
import type { Scope } from "./scope.ts";

/** Reads a capability's fields. */
export type Decoder<F> = (scope: Scope) => F;

/** Makes a decoder of a map that holds for every capability of a kind. */
export function layout<const M extends RegisterMap, const X extends Meanings = Record<never, never>>(
  map: M,
  meanings?: X,
): Decoder<Fields<M, X>> {
  return (scope) => scope.read(map, meanings);
}

/** The decoder of a capability that is nothing but there, or whose layout is not public. */
export function decodeNothing(_scope: Scope): Record<never, never> {
  return {};
}
