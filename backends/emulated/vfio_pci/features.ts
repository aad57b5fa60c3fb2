/** VFIO_DEVICE_FEATURE of plain vfio-pci: low power, and what is not there. */
import type { ErrorCode } from "../../../core/errors.ts";
import type { Eventfd } from "../eventfd.ts";
import type { KernelFacts } from "../kernel_data.ts";
import type { VfioPciDevice } from "./vfio_pci_device.ts";

/** @see Linux, include/uapi/linux/vfio.h, `VFIO_DEVICE_FEATURE_*` */
const VF_TOKEN = 0;
const LOW_POWER_ENTRY = 3;
const LOW_POWER_ENTRY_WITH_WAKEUP = 4;
const LOW_POWER_EXIT = 5;
/** The payload of a token. */
const UUID_SIZE = 16;
/** The payload of entry with wake-up: a descriptor and a reserved word. */
const WAKEUP_SIZE = 8;

/** A request, read once. */
export interface AskedFeature {
  readonly feature: number;
  readonly probe: boolean;
  readonly get: boolean;
  readonly set: boolean;
  readonly data: Uint8Array;
}

/**
 * Carries a request out.
 *
 * @param signal Looks up the signal in the payload; undefined for none (-1).
 * @returns The errno, when it is refused.
 * @see Linux, drivers/vfio/vfio_main.c, `vfio_ioctl_device_feature`; drivers/vfio/pci/vfio_pci_core.c
 */
export function askFeature(
  device: VfioPciDevice,
  facts: KernelFacts,
  asked: AskedFeature,
  signal: () => Eventfd | undefined,
): ErrorCode | undefined {
  const { feature, probe, get, set, data } = asked;
  if (get && set && !probe) return "EINVAL";
  if (feature === VF_TOKEN) return setToken(device, asked);
  const isLowPower = feature >= LOW_POWER_ENTRY && feature <= LOW_POWER_EXIT;
  const support = isLowPower ? "set" : facts.features[feature] ?? "ENOTTY";
  if (support === "ENOTTY" || support === "EINVAL") return support;
  if ((get && support !== "get") || (set && support !== "set")) return "EINVAL";
  if (probe) return undefined;
  if (!get && !set) return "EINVAL";
  if (support === "get") return "EINVAL";
  switch (feature) {
    case LOW_POWER_ENTRY_WITH_WAKEUP:
      if (data.byteLength < WAKEUP_SIZE || signal() === undefined) return "EINVAL";
      return enter(device);
    case LOW_POWER_ENTRY:
      return enter(device);
    default:
      device.lowPower = false;
      return undefined;
  }
}

/** A physical function alone has a token, which is set and never told. */
function setToken(device: VfioPciDevice, asked: AskedFeature): ErrorCode | undefined {
  const { token } = device;
  if (token === undefined) return "ENOTTY";
  if (asked.get) return "EINVAL";
  if (asked.probe) return undefined;
  if (!asked.set || asked.data.byteLength < UUID_SIZE) return "EINVAL";
  token.value = asked.data.subarray(0, UUID_SIZE).toHex();
  return undefined;
}

function enter(device: VfioPciDevice): ErrorCode | undefined {
  if (device.lowPower) return "EINVAL";
  device.lowPower = true;
  return undefined;
}
