/** Decoders of the capabilities with something for each lane. */
import type { Fields } from "./fields.ts";
import {
  ALTERNATE_PROTOCOL,
  ALTERNATE_PROTOCOL_SELECTIVE,
  LANE_EQUALIZATION,
  LANE_EQUALIZATION_8,
  LANE_MARGIN,
  LANE_MARGINING,
  MULTIPLEXED_PROTOCOL,
  PHYSICAL_16,
  PHYSICAL_32,
  PHYSICAL_32_MEANINGS,
  PHYSICAL_64,
  PROTOCOL_MULTIPLEXING,
  SECONDARY_EXPRESS,
} from "./physical_data.ts";
import type { Scope } from "./scope.ts";

/** Presets of a lane. */
export type LaneEqualizationFields = NonNullable<Fields<typeof LANE_EQUALIZATION>["lane"]>;

/** Presets and receiver hints of a lane at 8 GT/s. */
export type LaneEqualization8Fields = NonNullable<Fields<typeof LANE_EQUALIZATION_8>["lane"]>;

/** Secondary PCI Express. */
export type SecondaryExpressFields = Fields<typeof SECONDARY_EXPRESS> & {
  readonly lanes: readonly LaneEqualization8Fields[];
};

/** Physical Layer 16.0 GT/s. */
export type Physical16Fields = Fields<typeof PHYSICAL_16> & {
  readonly lanes: readonly LaneEqualizationFields[];
};

/** Physical Layer 32.0 GT/s. */
export type Physical32Fields = Fields<typeof PHYSICAL_32, typeof PHYSICAL_32_MEANINGS> & {
  readonly lanes: readonly LaneEqualizationFields[];
};

/** Physical Layer 64.0 GT/s. */
export type Physical64Fields = Fields<typeof PHYSICAL_64> & {
  readonly lanes: readonly LaneEqualizationFields[];
};

/** Lane Margining at the Receiver. */
export type LaneMarginingFields = Fields<typeof LANE_MARGINING> & {
  readonly lanes: readonly Fields<typeof LANE_MARGIN>[];
};

/** Reads Secondary PCI Express. */
export function decodeSecondaryExpress(scope: Scope): SecondaryExpressFields {
  const lanes = scope.list(0x0c, lanesOf(scope), 2, (at) => scope.read(LANE_EQUALIZATION_8, {}, at).lane);
  return { ...scope.read(SECONDARY_EXPRESS), lanes: lanes.filter((lane) => lane !== undefined) };
}

/** Reads Physical Layer 16.0 GT/s. */
export function decodePhysical16(scope: Scope): Physical16Fields {
  return { ...scope.read(PHYSICAL_16), lanes: equalization(scope, 0x20) };
}

/** Reads Physical Layer 32.0 GT/s. */
export function decodePhysical32(scope: Scope): Physical32Fields {
  return { ...scope.read(PHYSICAL_32, PHYSICAL_32_MEANINGS), lanes: equalization(scope, 0x20) };
}

/** Reads Physical Layer 64.0 GT/s. */
export function decodePhysical64(scope: Scope): Physical64Fields {
  return { ...scope.read(PHYSICAL_64), lanes: equalization(scope, 0x10) };
}

/** Reads Lane Margining at the Receiver. */
export function decodeLaneMargining(scope: Scope): LaneMarginingFields {
  const lanes = scope.list(0x08, lanesOf(scope), 4, (at) => scope.read(LANE_MARGIN, {}, at));
  return { ...scope.read(LANE_MARGINING), lanes };
}

function equalization(scope: Scope, from: number): LaneEqualizationFields[] {
  return scope.list(from, lanesOf(scope), 1, (at) => scope.read(LANE_EQUALIZATION, {}, at).lane)
    .filter((lane) => lane !== undefined);
}

/** No link has more than 32. */
function lanesOf(scope: Scope): number {
  return Math.min(scope.facts.lanes ?? 0, 32);
}

/** Protocol Multiplexing. */
export type ProtocolMultiplexingFields = Fields<typeof PROTOCOL_MULTIPLEXING> & {
  readonly protocols: readonly Fields<typeof MULTIPLEXED_PROTOCOL>[];
};

/** Reads Protocol Multiplexing. */
export function decodeProtocolMultiplexing(scope: Scope): ProtocolMultiplexingFields {
  const fields = scope.read(PROTOCOL_MULTIPLEXING);
  const count = fields.capabilities?.protocols ?? 0;
  return {
    ...fields,
    protocols: scope.list(0x10, count, 4, (at) => scope.read(MULTIPLEXED_PROTOCOL, {}, at)),
  };
}

/** Alternate Protocol. */
export type AlternateProtocolFields =
  & Fields<typeof ALTERNATE_PROTOCOL>
  & Fields<typeof ALTERNATE_PROTOCOL_SELECTIVE>;

/** Reads Alternate Protocol. */
export function decodeAlternateProtocol(scope: Scope): AlternateProtocolFields {
  const fields = scope.read(ALTERNATE_PROTOCOL);
  return {
    ...fields,
    ...(fields.capabilities?.selectiveEnable && scope.read(ALTERNATE_PROTOCOL_SELECTIVE)),
  };
}
