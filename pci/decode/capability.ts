/** One capability as plain values. */
import type { Memory } from "../../core/memory.ts";
import { CAPABILITY, EXTENDED_CAPABILITY } from "../capability_ids_data.ts";
import { capabilityName, extendedCapabilityName } from "../capability_names.ts";
import type { Capability, ExtendedCapability } from "../capabilities.ts";
import { CAPABILITY_DECODERS } from "./capability_fields.ts";
import type { CapabilityFields } from "./capability_fields.ts";
import { EXTENDED_CAPABILITY_DECODERS } from "./extended_capability_fields.ts";
import type { ExtendedCapabilityFields } from "./extended_capability_fields.ts";
import type { Decoder } from "./layout.ts";
import { Scope } from "./scope.ts";
import type { FunctionFacts } from "./scope.ts";

/** What is known of every capability. */
export interface DecodedBase {
  /** What it is: a number of the list that it is in. */
  readonly id: number;
  /** Where it begins, in bytes from the start of the config space. */
  readonly at: number;
  /** Bytes that it takes, as far as its layout is known. */
  readonly length: number;
  /** Something that belongs to it is cut off: by the config space, or by where capabilities of its list must end. */
  readonly truncated?: true;
}

/** A capability that this library knows no layout for has no kind, and no fields. */
export interface UnknownCapability extends DecodedBase {
  /** Nothing is known of it. */
  readonly kind?: undefined;
  /** It has none. */
  readonly name?: undefined;
  /** None. */
  readonly fields: Record<never, never>;
}

/** A capability in the first 256 bytes: its `kind` tells which fields it has. */
export type DecodedCapability =
  | UnknownCapability
  | {
    [Kind in keyof CapabilityFields]: DecodedBase & {
      readonly kind: Kind;
      /** As specifications print it. */
      readonly name: string;
      readonly fields: CapabilityFields[Kind];
    };
  }[keyof CapabilityFields];

/** A capability from 0x100 on: its `kind` tells which fields it has. */
export type DecodedExtendedCapability =
  & { readonly version: number }
  & (
    | UnknownCapability
    | {
      [Kind in keyof ExtendedCapabilityFields]: DecodedBase & {
        readonly kind: Kind;
        /** As specifications print it. */
        readonly name: string;
        readonly fields: ExtendedCapabilityFields[Kind];
      };
    }[keyof ExtendedCapabilityFields]
  );

const KINDS = byId(CAPABILITY);
const EXTENDED_KINDS = byId(EXTENDED_CAPABILITY);
/** What every capability of a list begins with: id and pointer. */
const HEAD_SIZE = 2;
const EXTENDED_HEAD_SIZE = 4;

/** Decodes a capability of the first 256 bytes, which `memory` ends with. */
export function decodeCapability(
  memory: Memory,
  { id, at }: Capability,
  facts: FunctionFacts,
): DecodedCapability {
  const kind = KINDS.get(id);
  const scope = new Scope(memory, at, memory.size, facts);
  const decoder: Decoder<object> | undefined = kind && CAPABILITY_DECODERS[kind];
  const name = capabilityName(id);
  return decoded({ id, ...(kind && { kind, name }), at }, scope, decoder, HEAD_SIZE) as DecodedCapability;
}

/** Decodes a capability from 0x100 on. */
export function decodeExtendedCapability(
  memory: Memory,
  { id, at, version }: ExtendedCapability,
  facts: FunctionFacts,
): DecodedExtendedCapability {
  const kind = EXTENDED_KINDS.get(id);
  const scope = new Scope(memory, at, memory.size, facts, version);
  const decoder: Decoder<object> | undefined = kind && EXTENDED_CAPABILITY_DECODERS[kind];
  const name = extendedCapabilityName(id);
  const head = { id, ...(kind && { kind, name }), at, version };
  return decoded(head, scope, decoder, EXTENDED_HEAD_SIZE) as DecodedExtendedCapability;
}

function decoded(
  head: object,
  scope: Scope,
  decoder: Decoder<object> | undefined,
  headSize: number,
): object {
  scope.claim(headSize);
  const fields = decoder?.(scope) ?? {};
  return { ...head, length: scope.length, ...(scope.truncated && { truncated: true }), fields };
}

/** Adds what the PCI Express capability says to what layouts depend on. */
export function withLink(facts: FunctionFacts, decoded: readonly DecodedCapability[]): FunctionFacts {
  const express = decoded.find((each) => each.kind === "pciExpress");
  if (express?.kind !== "pciExpress") return facts;
  const { capabilities, linkCapabilities } = express.fields;
  return {
    ...facts,
    ...(capabilities !== undefined && { port: capabilities.type }),
    ...(linkCapabilities !== undefined && { lanes: linkCapabilities.maxWidth }),
  };
}

function byId<Kind extends string>(ids: Readonly<Record<Kind, number>>): ReadonlyMap<number, Kind> {
  return new Map(Object.entries<number>(ids).map(([kind, id]) => [id, kind as Kind]));
}
