/** Decoders of MSI and MSI-X as plain fields. */
import { MSI, MSI_32, MSI_64 } from "../msi.ts";
import { MSIX } from "../msix.ts";
import type { BarPlace } from "../msix.ts";
import type { Fields } from "./fields.ts";
import { wide } from "./fields.ts";
import type { Scope } from "./scope.ts";

const VECTORS = [1, 2, 4, 8, 16, 32] as const;

/** Numbers of vectors. */
export const MSI_MEANINGS = {
  control: { multipleMessageCapable: VECTORS, multipleMessageEnable: VECTORS },
} as const;

/** MSI; mask and pending bits are there where vectors can be masked one by one. */
export type MsiFields = Omit<Fields<typeof MSI, typeof MSI_MEANINGS>, "address"> & Fields<typeof MSI_32> & {
  readonly address?: string;
};

/** Reads MSI. */
export function decodeMsiFields(scope: Scope): MsiFields {
  const { control } = scope.read({ control: MSI.control }, MSI_MEANINGS);
  if (control === undefined) return {};
  const { data, mask, pending } = control.address64 ? MSI_64 : MSI_32;
  const { address, ...messages } = scope.read({ address: MSI.address, data });
  const upper = control.address64 ? scope.read({ upper: MSI_64.upperAddress }).upper : 0;
  const whole = wide(address, upper);
  return {
    control,
    ...(whole !== undefined && { address: whole }),
    ...messages,
    ...(control.perVectorMasking && scope.read({ mask, pending })),
  };
}

/** MSI-X. */
export interface MsixFields {
  /** What is switched on. */
  readonly control?: {
    readonly enable: boolean;
    readonly functionMask: boolean;
    /** 1 to 2048. */
    readonly vectors: number;
  };
  /** The table, 16 bytes a vector. */
  readonly table?: BarPlace;
  /** The pending bits, 8 bytes for each 64 vectors begun. */
  readonly pending?: BarPlace;
}

const PLACE = { bar: [2, 0], offset: [31, 3] } as const;
/** MSIX, with the offsets too. */
const PLACES = {
  table: { ...MSIX.table, fields: PLACE },
  pending: { ...MSIX.pending, fields: PLACE },
} as const;

/** Reads MSI-X. */
export function decodeMsixFields(scope: Scope): MsixFields {
  const { control } = scope.read({ control: MSIX.control });
  const { table, pending } = scope.read(PLACES);
  return {
    ...(control !== undefined && {
      control: {
        enable: control.enable,
        functionMask: control.functionMask,
        vectors: control.lastVector + 1,
      },
    }),
    ...(table !== undefined && { table: { bar: table.bar, offset: 8 * table.offset } }),
    ...(pending !== undefined && { pending: { bar: pending.bar, offset: 8 * pending.offset } }),
  };
}
