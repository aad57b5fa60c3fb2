/** Decoder of PCI Express: which parts there are depends on what the function is. */
import {
  EXPRESS,
  EXPRESS_2,
  EXPRESS_2_MEANINGS,
  EXPRESS_LINK,
  EXPRESS_LINK_2,
  EXPRESS_LINK_2_MEANINGS,
  EXPRESS_LINK_MEANINGS,
  EXPRESS_MEANINGS,
  EXPRESS_ROOT,
  EXPRESS_SLOT,
  EXPRESS_SLOT_2,
  EXPRESS_SLOT_MEANINGS,
} from "./express_data.ts";
import type { Fields } from "./fields.ts";
import { slotPower } from "./quantities.ts";
import type { Scope } from "./scope.ts";

/** PCI Express. The limits of a slot's power are in watts, where they mean something. */
export type ExpressFields =
  & Fields<typeof EXPRESS, typeof EXPRESS_MEANINGS>
  & Fields<typeof EXPRESS_LINK, typeof EXPRESS_LINK_MEANINGS>
  & Fields<typeof EXPRESS_SLOT, typeof EXPRESS_SLOT_MEANINGS>
  & Fields<typeof EXPRESS_ROOT>
  & Fields<typeof EXPRESS_2, typeof EXPRESS_2_MEANINGS>
  & Fields<typeof EXPRESS_LINK_2, typeof EXPRESS_LINK_2_MEANINGS>
  & Fields<typeof EXPRESS_SLOT_2>
  & { readonly deviceSlotPowerLimit?: number | ">600"; readonly slotPowerLimit?: number | ">600" };

const LINKLESS = ["root complex integrated endpoint", "root complex event collector"];
const WITH_ROOT = ["root port", "root complex event collector"];
const WITH_SLOT = ["root port", "downstream port", "bridge from PCI"];
/** Ports that hear of the slot they are in. */
const IN_SLOT = ["endpoint", "upstream port", "bridge to PCI"];

/** Reads PCI Express. */
export function decodeExpress(scope: Scope): ExpressFields {
  const fields = scope.read(EXPRESS, EXPRESS_MEANINGS);
  const { capabilities, deviceCapabilities } = fields;
  if (capabilities === undefined) return fields;
  const { type, version } = capabilities;
  const link = !LINKLESS.includes(type);
  const slot = capabilities.slotImplemented && WITH_SLOT.includes(type);
  const slots = slot ? scope.read(EXPRESS_SLOT, EXPRESS_SLOT_MEANINGS) : {};
  const { slotCapabilities } = slots as Fields<typeof EXPRESS_SLOT, typeof EXPRESS_SLOT_MEANINGS>;
  const first = {
    ...fields,
    ...(deviceCapabilities !== undefined && IN_SLOT.includes(type) && {
      deviceSlotPowerLimit: slotPower(
        deviceCapabilities.slotPowerLimitValue,
        deviceCapabilities.slotPowerLimitScale,
      ),
    }),
    ...(link && scope.read(EXPRESS_LINK, EXPRESS_LINK_MEANINGS)),
    ...slots,
    ...(slotCapabilities !== undefined && {
      slotPowerLimit: slotPower(slotCapabilities.slotPowerLimitValue, slotCapabilities.slotPowerLimitScale),
    }),
    ...(WITH_ROOT.includes(type) && scope.read(EXPRESS_ROOT)),
  };
  if (version < 2) return first;
  return {
    ...first,
    ...scope.read(EXPRESS_2, EXPRESS_2_MEANINGS),
    ...(link && scope.read(EXPRESS_LINK_2, EXPRESS_LINK_2_MEANINGS)),
    ...(slot && scope.read(EXPRESS_SLOT_2)),
  };
}
