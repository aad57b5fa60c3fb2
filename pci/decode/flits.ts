/** Decoders of the capabilities that PCI Express 6 brought with flits, where a map does not say all. */
import type { Fields } from "./fields.ts";
import { wide } from "./fields.ts";
import {
  FLIT_LOGGING,
  FLIT_LOGGING_MEANINGS,
  FLIT_PERFORMANCE,
  FLIT_PERFORMANCE_MEANINGS,
  LINK_STATE_TRACKER,
  LINK_STATE_TRACKER_MEANINGS,
  LOCATED_BLOCK,
  LOCATED_BLOCK_MEANINGS,
  REGISTER_BLOCK_LOCATOR,
} from "./flit_data.ts";
import type { Scope } from "./scope.ts";

/** Flit Logging, with the errors of each of 16 lanes. */
export type FlitLoggingFields = Fields<typeof FLIT_LOGGING, typeof FLIT_LOGGING_MEANINGS> & {
  readonly laneErrors: readonly number[];
};

/** Reads Flit Logging. */
export function decodeFlitLogging(scope: Scope): FlitLoggingFields {
  return { ...scope.read(FLIT_LOGGING, FLIT_LOGGING_MEANINGS), laneErrors: scope.numbers(0x1c, 16, 16) };
}

/** What a tracker of link states counted. */
export type LinkStateTrackerFields = NonNullable<
  Fields<typeof LINK_STATE_TRACKER, typeof LINK_STATE_TRACKER_MEANINGS>["status"]
>;

/** Flit Performance Measurement. */
export type FlitPerformanceFields = Fields<typeof FLIT_PERFORMANCE, typeof FLIT_PERFORMANCE_MEANINGS> & {
  readonly trackers: readonly LinkStateTrackerFields[];
};

const FIRST_TRACKER = 0x10;
const TRACKER_SIZE = 4;
/** The layout has room for no more. */
const MOST_TRACKERS = 5;

/** Reads Flit Performance Measurement. */
export function decodeFlitPerformance(scope: Scope): FlitPerformanceFields {
  const fields = scope.read(FLIT_PERFORMANCE, FLIT_PERFORMANCE_MEANINGS);
  const count = Math.min(fields.capability?.trackers ?? 0, MOST_TRACKERS);
  const trackers = scope.list(
    FIRST_TRACKER,
    count,
    TRACKER_SIZE,
    (at) => scope.read(LINK_STATE_TRACKER, LINK_STATE_TRACKER_MEANINGS, at).status,
  );
  return { ...fields, trackers: trackers.filter((tracker) => tracker !== undefined) };
}

/** A block of registers in a BAR. */
export interface LocatedBlockFields {
  /** 0 to 5. */
  readonly bar: number;
  /** What it holds: one of {@linkcode LOCATED_BLOCK_MEANINGS}. */
  readonly block: string;
  /** Bytes from the start of the BAR. */
  readonly offset: string;
}

/** MMIO Register Block Locator. */
export type RegisterBlockLocatorFields = Fields<typeof REGISTER_BLOCK_LOCATOR> & {
  readonly blocks: readonly LocatedBlockFields[];
};

const FIRST = 8;
const SIZE = 8;

/** Reads MMIO Register Block Locator; its length counts the first 8 bytes too. */
export function decodeRegisterBlockLocator(scope: Scope): RegisterBlockLocatorFields {
  const fields = scope.read(REGISTER_BLOCK_LOCATOR);
  const count = Math.max(0, Math.floor(((fields.capabilities?.length ?? 0) - FIRST) / SIZE));
  const blocks = scope.list(FIRST, count, SIZE, (at) => {
    const { lower, offsetUpper } = scope.read(LOCATED_BLOCK, LOCATED_BLOCK_MEANINGS, at);
    const offset = wide(lower === undefined ? undefined : lower.offset * 2 ** 16, offsetUpper);
    return lower === undefined || offset === undefined
      ? undefined
      : { bar: lower.bar, block: lower.block, offset };
  });
  return { ...fields, blocks: blocks.filter((block) => block !== undefined) };
}
