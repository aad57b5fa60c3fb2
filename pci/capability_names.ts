/** Names of capabilities. */
import {
  CAPABILITY,
  CAPABILITY_NAMES,
  EXTENDED_CAPABILITY,
  EXTENDED_CAPABILITY_NAMES,
} from "./capability_ids_data.ts";

const NAMES = byId(CAPABILITY, CAPABILITY_NAMES);
const EXTENDED_NAMES = byId(EXTENDED_CAPABILITY, EXTENDED_CAPABILITY_NAMES);

/** Names a capability of the first 256 bytes: "MSI-X"; undefined for an id without a name. */
export function capabilityName(id: number): string | undefined {
  return NAMES.get(id);
}

/** Names a capability from 0x100 on: "Resizable BAR"; undefined for an id without a name. */
export function extendedCapabilityName(id: number): string | undefined {
  return EXTENDED_NAMES.get(id);
}

function byId<Key extends string>(
  ids: Readonly<Record<Key, number>>,
  names: Readonly<Record<Key, string>>,
): ReadonlyMap<number, string> {
  return new Map(Object.entries<number>(ids).map(([key, id]) => [id, names[key as Key]]));
}
