/** Decoders of capabilities about a function's place among the others, where a map does not say all. */
import type { Fields } from "./fields.ts";
import { HIERARCHY_ID, SHADOW_FUNCTION, SHADOW_FUNCTIONS, SYSTEM_GUID } from "./hierarchy_data.ts";
import type { Scope } from "./scope.ts";

/** Hierarchy ID. */
export type HierarchyIdFields = Fields<typeof HIERARCHY_ID> & {
  /** The GUID of the system: 36 hexadecimal digits. */
  readonly systemGuid?: string;
};

/** Reads Hierarchy ID. */
export function decodeHierarchyId(scope: Scope): HierarchyIdFields {
  const fields = scope.read(HIERARCHY_ID);
  const { guid1, guid2, guid3, guid4, guid5 } = scope.read(SYSTEM_GUID);
  const words = [guid2, guid3, guid4, guid5].filter((word) => word !== undefined);
  if (guid1 === undefined || words.length < 4) return fields;
  const digits = words.map((word) => word.toString(16).padStart(8, "0")).join("");
  return { ...fields, systemGuid: guid1.bits.toString(16).padStart(4, "0") + digits };
}

/** Shadow Functions. */
export type ShadowFunctionsFields = Pick<Fields<typeof SHADOW_FUNCTIONS>, "control"> & {
  /** How far each shadow's number is from the function's own: what is added to it, in 16 bits. */
  readonly shadows: readonly number[];
};

const FIRST = 0x0c;
const STRIDE = 4;

/** Reads Shadow Functions. */
export function decodeShadowFunctions(scope: Scope): ShadowFunctionsFields {
  const { capability, ...control } = scope.read(SHADOW_FUNCTIONS);
  const count = capability === undefined ? 0 : capability.last + 1;
  const shadows = scope.list(
    FIRST,
    count,
    STRIDE,
    (at) => scope.read(SHADOW_FUNCTION, {}, at).instance?.offset,
  );
  return { ...control, shadows: shadows.filter((offset) => offset !== undefined) };
}
