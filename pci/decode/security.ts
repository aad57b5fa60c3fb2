/** Decoder of Integrity and Data Encryption: streams of two kinds, each with what it says that it has. */
import { hex64 } from "./fields.ts";
import type { Fields } from "./fields.ts";
import type { Scope } from "./scope.ts";
import {
  ENCRYPTION,
  ENCRYPTION_MEANINGS,
  LINK_STREAM,
  SELECTIVE_STREAM,
  STREAM_ADDRESSES,
  STREAM_MEANINGS,
} from "./security_data.ts";

/** Addresses that belong to a selective stream, both ends included. */
export interface StreamAddressFields {
  /** They are used. */
  readonly valid?: boolean;
  /** The first address. */
  readonly base?: string;
  /** The last address. */
  readonly limit?: string;
}

/** A selective stream. */
export type SelectiveStreamFields = Fields<typeof SELECTIVE_STREAM, typeof STREAM_MEANINGS> & {
  readonly addresses: readonly StreamAddressFields[];
};

/** Integrity and Data Encryption. */
export type EncryptionFields = Fields<typeof ENCRYPTION, typeof ENCRYPTION_MEANINGS> & {
  readonly linkStreams: readonly Fields<typeof LINK_STREAM, typeof STREAM_MEANINGS>[];
  readonly selectiveStreams: readonly SelectiveStreamFields[];
};

const FIRST = 0x0c;
const LINK_SIZE = 8;
const SELECTIVE_SIZE = 20;
const ADDRESS_SIZE = 12;

/** Reads Integrity and Data Encryption. */
export function decodeEncryption(scope: Scope): EncryptionFields {
  const fields = scope.read(ENCRYPTION, ENCRYPTION_MEANINGS);
  const { capabilities } = fields;
  const links = capabilities?.link ? capabilities.linkTrafficClasses : 0;
  const linkStreams = scope.list(
    FIRST,
    links,
    LINK_SIZE,
    (at) => scope.read(LINK_STREAM, STREAM_MEANINGS, at),
  );
  const selectiveStreams: SelectiveStreamFields[] = [];
  let offset = FIRST + LINK_SIZE * links;
  for (let left = capabilities?.selective ? capabilities.selectiveStreams : 0; left > 0; left--) {
    const stream = selectiveStream(scope, offset);
    if (stream.capabilities === undefined) break;
    selectiveStreams.push(stream);
    offset += SELECTIVE_SIZE + ADDRESS_SIZE * stream.capabilities.addresses;
  }
  return { ...fields, linkStreams, selectiveStreams };
}

function selectiveStream(scope: Scope, offset: number): SelectiveStreamFields {
  const stream = scope.read(SELECTIVE_STREAM, STREAM_MEANINGS, offset);
  const count = stream.capabilities?.addresses ?? 0;
  return {
    ...stream,
    addresses: scope.list(offset + SELECTIVE_SIZE, count, ADDRESS_SIZE, (at) => streamAddress(scope, at)),
  };
}

/** Addresses are in units of a MiB. */
function streamAddress(scope: Scope, at: number): StreamAddressFields {
  const { lower, limitUpper, baseUpper } = scope.read(STREAM_ADDRESSES, {}, at);
  if (lower === undefined || limitUpper === undefined || baseUpper === undefined) return {};
  return {
    valid: lower.valid,
    base: hex64((BigInt(baseUpper) << 32n) | (BigInt(lower.base) << 20n)),
    limit: hex64((BigInt(limitUpper) << 32n) | (BigInt(lower.limit) << 20n) | 0xf_ffffn),
  };
}
