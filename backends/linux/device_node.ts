/** The calls of a device that is opened by its own node: /dev/vfio/devices/vfioN. */
import { checkU32 } from "../../core/checks.ts";
import type { Iommufd } from "../../core/iommufd.ts";
import { descriptorOf } from "../../os/descriptor.ts";
import { addressOf } from "../../os/libc.ts";
import {
  vfio_device_attach_iommufd_pt,
  VFIO_DEVICE_BIND_FLAG_TOKEN,
  vfio_device_bind_iommufd,
  vfio_device_detach_iommufd_pt,
} from "../../uapi/vfio.ts";
import { ioctl } from "./ioctl.ts";

/** Binds a device to an iommufd. @returns The device's id there. */
export function bindDevice(fd: number, iommufd: Iommufd, token: string | undefined, subject: string): number {
  const uuid = token === undefined ? undefined : parseToken(token);
  const bytes = vfio_device_bind_iommufd.encode({
    argsz: vfio_device_bind_iommufd.size,
    flags: uuid === undefined ? 0 : VFIO_DEVICE_BIND_FLAG_TOKEN,
    iommufd: descriptorOf(iommufd),
    token_uuid_ptr: uuid === undefined ? 0n : addressOf(uuid),
  });
  try {
    ioctl(fd, "VFIO_DEVICE_BIND_IOMMUFD", bytes, subject);
  } finally {
    // The struct has only its address: here it is still held, and what is secret goes away.
    uuid?.fill(0);
  }
  return vfio_device_bind_iommufd.decode(bytes).out_devid;
}

/** Attaches a bound device. @returns The id of the page table. */
export function attachDevice(fd: number, id: number, subject: string): number {
  const argsz = vfio_device_attach_iommufd_pt.size;
  const bytes = vfio_device_attach_iommufd_pt.encode({ argsz, pt_id: checkU32("table", id) });
  ioctl(fd, "VFIO_DEVICE_ATTACH_IOMMUFD_PT", bytes, subject);
  return vfio_device_attach_iommufd_pt.decode(bytes).pt_id;
}

/** Detaches a device. */
export function detachDevice(fd: number, subject: string): void {
  const argsz = vfio_device_detach_iommufd_pt.size;
  ioctl(fd, "VFIO_DEVICE_DETACH_IOMMUFD_PT", vfio_device_detach_iommufd_pt.encode({ argsz }), subject);
}

/** @see Linux, lib/uuid.c, uuid_parse() */
function parseToken(token: string): Uint8Array<ArrayBuffer> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(token)) {
    throw new TypeError(`Cannot use ${JSON.stringify(token)} as a token: a UUID is needed`);
  }
  return Uint8Array.fromHex(token.replaceAll("-", ""));
}
