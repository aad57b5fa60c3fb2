/** Decoder of virtual channels: as many as the port says that it has. */
import type { Fields } from "./fields.ts";
import {
  VIRTUAL_CHANNEL,
  VIRTUAL_CHANNEL_MEANINGS,
  VIRTUAL_CHANNELS,
  VIRTUAL_CHANNELS_MEANINGS,
} from "./channel_data.ts";
import type { Scope } from "./scope.ts";

/** Virtual Channel, and Multi-Function Virtual Channel; the first channel is always there. */
export type VirtualChannelFields = Fields<typeof VIRTUAL_CHANNELS, typeof VIRTUAL_CHANNELS_MEANINGS> & {
  readonly channels: readonly Fields<typeof VIRTUAL_CHANNEL, typeof VIRTUAL_CHANNEL_MEANINGS>[];
};

const FIRST = 0x10;
const SIZE = 12;

/** Reads Virtual Channel. */
export function decodeVirtualChannels(scope: Scope): VirtualChannelFields {
  const fields = scope.read(VIRTUAL_CHANNELS, VIRTUAL_CHANNELS_MEANINGS);
  const count = fields.capabilities1 === undefined ? 0 : fields.capabilities1.extendedChannels + 1;
  return {
    ...fields,
    channels: scope.list(
      FIRST,
      count,
      SIZE,
      (at) => scope.read(VIRTUAL_CHANNEL, VIRTUAL_CHANNEL_MEANINGS, at),
    ),
  };
}
