/** Decoders of the capabilities of conventional PCI that depend on more than a map. */
import {
  AGP,
  AGP_MEANINGS,
  AMD_IOMMU,
  SECURE_DEVICE,
  VENDOR_SPECIFIC,
  VIRTIO,
  VIRTIO_MEANINGS,
  VIRTIO_NOTIFICATIONS,
} from "./conventional_data.ts";
import { wide } from "./fields.ts";
import type { Fields } from "./fields.ts";
import { PCI_X, PCI_X_BRIDGE, PCI_X_BRIDGE_MEANINGS, PCI_X_MEANINGS } from "./pci_x_data.ts";
import type { Scope } from "./scope.ts";

/** AGP; the rates are what `rates` stands for: 1, 2 and 4, or 4 and 8 in the mode of AGP 3. */
export type AgpFields = Fields<typeof AGP, typeof AGP_MEANINGS> & {
  readonly supportedRates?: readonly number[];
  readonly enabledRates?: readonly number[];
};

/** Reads AGP. */
export function decodeAgp(scope: Scope): AgpFields {
  const fields = scope.read(AGP, AGP_MEANINGS);
  const { version, status, command } = fields;
  if (version === undefined || status === undefined) return fields;
  const factor = version.major >= 3 && status.agp3 ? 4 : 1;
  return {
    ...fields,
    supportedRates: ratesOf(status.rates, factor),
    ...(command !== undefined && { enabledRates: ratesOf(command.rates, factor) }),
  };
}

function ratesOf(bits: number, factor: number): number[] {
  return [1, 2, 4].filter((bit) => (bits & bit) !== 0).map((bit) => bit * factor);
}

/** PCI-X, of a device or of a bridge. */
export type PciXFields =
  | Fields<typeof PCI_X, typeof PCI_X_MEANINGS>
  | Fields<typeof PCI_X_BRIDGE, typeof PCI_X_BRIDGE_MEANINGS>;

/** Reads PCI-X: a bridge has a layout of its own. */
export function decodePciX(scope: Scope): PciXFields {
  return scope.facts.headerLayout === 1
    ? scope.read(PCI_X_BRIDGE, PCI_X_BRIDGE_MEANINGS)
    : scope.read(PCI_X, PCI_X_MEANINGS);
}

/** Vendor-Specific; what is known of it where the vendor's layout is. */
export type VendorSpecificFields = Fields<typeof VENDOR_SPECIFIC> & {
  readonly virtio?: Fields<typeof VIRTIO, typeof VIRTIO_MEANINGS> & Fields<typeof VIRTIO_NOTIFICATIONS>;
};

const VIRTIO_VENDOR = 0x1af4;
const VIRTIO_SIZE = 16;

/** Reads Vendor-Specific, and of virtio's devices where their structures are. */
export function decodeVendorSpecific(scope: Scope): VendorSpecificFields {
  const fields = scope.read(VENDOR_SPECIFIC);
  const { length = 0 } = fields;
  // A length that leaves out the length is none.
  if (length >= 3) scope.endsAt(length);
  const { vendorId, deviceId } = scope.facts;
  const isVirtio = vendorId === VIRTIO_VENDOR && deviceId >= 0x1000 && deviceId <= 0x107f;
  if (!isVirtio || length < VIRTIO_SIZE) return fields;
  const virtio = scope.read(VIRTIO, VIRTIO_MEANINGS);
  const multiplier = virtio.type?.structure === "notifications" && length >= VIRTIO_SIZE + 4
    ? scope.read(VIRTIO_NOTIFICATIONS)
    : {};
  return { ...fields, virtio: { ...virtio, ...multiplier } };
}

/** Secure Device; of an IOMMU of AMD's all of it. */
export type SecureDeviceFields = Fields<typeof SECURE_DEVICE> & {
  readonly iommu?:
    & Omit<Fields<typeof AMD_IOMMU>, "baseLower" | "baseUpper">
    & { readonly enabled?: boolean; readonly base?: string };
};

const AMD_IOMMU_TYPE = 3;

/** Reads Secure Device. */
export function decodeSecureDevice(scope: Scope): SecureDeviceFields {
  const fields = scope.read(SECURE_DEVICE);
  if (fields.capability?.type !== AMD_IOMMU_TYPE) return fields;
  const { baseLower, baseUpper, ...iommu } = scope.read(AMD_IOMMU);
  const base = wide(baseLower === undefined ? undefined : baseLower.address * 2 ** 14, baseUpper);
  return {
    ...fields,
    iommu: {
      ...iommu,
      ...(baseLower !== undefined && { enabled: baseLower.enable }),
      ...(base !== undefined && { base }),
    },
  };
}
