/** What a controller tells unasked. */
import { NVME_EVENT, NVME_EVENT_TYPE } from "../registers_entries.ts";
import { unpackFields } from "../registers_fields.ts";

/** Something that happened. */
export interface NvmeEvent {
  /** What it is about: "error", "health", "notice", or the number of another type. */
  readonly type: keyof typeof NVME_EVENT_TYPE | number;
  /** What happened, a number of its own for each type: `NVME_ERROR_EVENT`, `NVME_HEALTH_EVENT`. */
  readonly info: number;
  /** The log page that tells more; events of this type come again once it was read: `health()`, `errorLog()`. */
  readonly page: number;
}

const NAMES: ReadonlyMap<number, keyof typeof NVME_EVENT_TYPE> = new Map(
  Object.entries(NVME_EVENT_TYPE).map(([name, type]) => [type, name as keyof typeof NVME_EVENT_TYPE]),
);

/** Parses what an event request ended with. */
export function parseEvent(result: number): NvmeEvent {
  const { type, info, page } = unpackFields(NVME_EVENT.result, result);
  return { type: NAMES.get(type) ?? type, info, page };
}
