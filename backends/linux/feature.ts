/** VFIO_DEVICE_FEATURE. */
import { checkU16 } from "../../core/checks.ts";
import type { FeatureRequest, FeatureResult } from "../../core/device.ts";
import type { MemoryFile } from "../../core/memory.ts";
import { s32, struct } from "../../core/struct.ts";
import { closeDescriptor, descriptorOf } from "../../os/descriptor.ts";
import { adoptMemory } from "../../os/memory_file.ts";
import {
  vfio_device_feature,
  VFIO_DEVICE_FEATURE_DMA_BUF,
  VFIO_DEVICE_FEATURE_GET,
  VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY,
  VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP,
  VFIO_DEVICE_FEATURE_LOW_POWER_EXIT,
  VFIO_DEVICE_FEATURE_MASK,
  VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE,
  vfio_device_feature_mig_state,
  VFIO_DEVICE_FEATURE_PROBE,
  VFIO_DEVICE_FEATURE_SET,
} from "../../uapi/vfio.ts";
import { LinuxDataStream } from "./data_stream.ts";
import { ioctl } from "./ioctl.ts";
import type { PhysicalDevice } from "./physical_device.ts";

/** A descriptor inside of a payload. */
const DESCRIPTOR = struct("descriptor", { fd: s32 });

/** Asks for, probes or sets a feature. */
export function askFeature(
  fd: number,
  request: FeatureRequest,
  subject: string,
  physical: PhysicalDevice,
): FeatureResult {
  const bytes = encodeFeature(request);
  physical.doubt();
  const result = ioctl(fd, "VFIO_DEVICE_FEATURE", bytes, subject);
  return takeResult(result, bytes, subject, physical);
}

/** Writes what VFIO_DEVICE_FEATURE takes. */
export function encodeFeature(request: FeatureRequest): Uint8Array<ArrayBuffer> {
  const { feature, probe = false, get = false, set = false, data, signal: place } = request;
  const payload = data === undefined ? new Uint8Array(0) : new Uint8Array(data);
  if (place !== undefined) {
    const { at, signal } = place;
    payload.set(DESCRIPTOR.encode({ fd: signal === null ? -1 : descriptorOf(signal) }), at);
  }
  const flags = checkU16("feature", feature) |
    (probe ? VFIO_DEVICE_FEATURE_PROBE : 0) | (get ? VFIO_DEVICE_FEATURE_GET : 0) |
    (set ? VFIO_DEVICE_FEATURE_SET : 0);
  const argsz = vfio_device_feature.size + payload.length;
  const bytes = vfio_device_feature.encode({ argsz, flags }, payload.length);
  bytes.set(payload, vfio_device_feature.size);
  return bytes;
}

/**
 * Takes what VFIO_DEVICE_FEATURE gave: owns the descriptor that was made, and guards mappings in low power.
 *
 * @param result What the ioctl returned.
 * @param bytes What it was given, as it left it.
 */
export function takeResult(
  result: number,
  bytes: Uint8Array<ArrayBuffer>,
  subject: string,
  physical: PhysicalDevice,
): FeatureResult {
  const { flags } = vfio_device_feature.decode(bytes);
  const data = bytes.slice(vfio_device_feature.size);
  if ((flags & VFIO_DEVICE_FEATURE_PROBE) !== 0) return { data };
  switch (flags & VFIO_DEVICE_FEATURE_MASK) {
    case VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY:
    case VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP:
      physical.lowPower = true;
      return { data };
    case VFIO_DEVICE_FEATURE_LOW_POWER_EXIT:
      physical.lowPower = false;
      return { data };
    case VFIO_DEVICE_FEATURE_DMA_BUF:
      return { data, handle: dmaBufOf(result, subject) };
    case VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE: {
      const { data_fd } = vfio_device_feature_mig_state.decode(data);
      if (data_fd < 0) return { data };
      return { data, handle: new LinuxDataStream(data_fd, `the migration stream of ${subject}`) };
    }
    default:
      return { data };
  }
}

function dmaBufOf(fd: number, subject: string): MemoryFile {
  try {
    return adoptMemory(fd);
  } catch (error) {
    closeDescriptor(fd, `a dma-buf of ${subject}`);
    throw error;
  }
}
