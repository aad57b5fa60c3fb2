/** VFIO_DEVICE_FEATURE. */
import { checkU16 } from "../../core/checks.ts";
import type { DataStream, FeatureRequest, FeatureResult } from "../../core/device.ts";
import { s32, struct } from "../../core/struct.ts";
import { Descriptor, descriptorOf } from "../../os/descriptor.ts";
import { errno, libc } from "../../os/libc.ts";
import { adoptMemory } from "../../os/memory_file.ts";
import { systemError } from "../../os/system_error.ts";
import {
  vfio_device_feature,
  VFIO_DEVICE_FEATURE_DMA_BUF,
  VFIO_DEVICE_FEATURE_GET,
  VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY,
  VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP,
  VFIO_DEVICE_FEATURE_LOW_POWER_EXIT,
  VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE,
  vfio_device_feature_mig_state,
  VFIO_DEVICE_FEATURE_PROBE,
  VFIO_DEVICE_FEATURE_SET,
} from "../../uapi/vfio.ts";
import { ioctl } from "./ioctl.ts";
import type { PhysicalDevice } from "./physical_device.ts";

/** A descriptor inside of a payload. */
const DESCRIPTOR = struct("descriptor", { fd: s32 });

/** A migration stream. */
class LinuxDataStream extends Descriptor implements DataStream {
  read(into: Uint8Array<ArrayBuffer>): number {
    const count = libc().read(this.fd, into, BigInt(into.byteLength));
    if (count < 0) throw systemError(errno(), "read", this.subject);
    return count;
  }

  write(from: Uint8Array<ArrayBuffer>): number {
    const count = libc().write(this.fd, from, BigInt(from.byteLength));
    if (count < 0) throw systemError(errno(), "write", this.subject);
    return count;
  }
}

/** Asks for, probes or sets a feature. */
export function askFeature(
  fd: number,
  request: FeatureRequest,
  subject: string,
  physical: PhysicalDevice,
): FeatureResult {
  const { feature, probe = false, get = false, set = false, data, signal } = request;
  const payload = data === undefined ? new Uint8Array(0) : data.slice();
  if (signal !== undefined) {
    const number = signal.signal === null ? -1 : descriptorOf(signal.signal);
    payload.set(DESCRIPTOR.encode({ fd: number }), signal.at);
  }
  const flags = checkU16("feature", feature) |
    (probe ? VFIO_DEVICE_FEATURE_PROBE : 0) | (get ? VFIO_DEVICE_FEATURE_GET : 0) |
    (set ? VFIO_DEVICE_FEATURE_SET : 0);
  const argsz = vfio_device_feature.size + payload.length;
  const bytes = vfio_device_feature.encode({ argsz, flags }, payload.length);
  bytes.set(payload, vfio_device_feature.size);
  physical.doubt();
  const result = ioctl(fd, "VFIO_DEVICE_FEATURE", bytes, subject);
  if (probe) return { data: payload };
  guardPower(feature, physical);
  const answer = bytes.slice(vfio_device_feature.size);
  const handle = handleOf(feature, result, answer, subject);
  return { data: answer, ...(handle === undefined ? {} : { handle }) };
}

/** In low power a mapping raises SIGBUS until it is left. */
function guardPower(feature: number, physical: PhysicalDevice): void {
  if (
    feature === VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY ||
    feature === VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP
  ) physical.lowPower = true;
  if (feature === VFIO_DEVICE_FEATURE_LOW_POWER_EXIT) physical.lowPower = false;
}

/** A descriptor that the feature made: a dma-buf, or a migration stream. */
function handleOf(
  feature: number,
  result: number,
  answer: Uint8Array,
  subject: string,
): FeatureResult["handle"] {
  if (feature === VFIO_DEVICE_FEATURE_DMA_BUF) return adoptMemory(result);
  if (feature !== VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE) return undefined;
  const { data_fd } = vfio_device_feature_mig_state.decode(answer);
  return data_fd < 0 ? undefined : new LinuxDataStream(data_fd, `the migration stream of ${subject}`);
}
