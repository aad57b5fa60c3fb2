/** ioctls of VFIO: the one place where they are made, and where their errors get their names. */
import { errno, libc } from "../../os/libc.ts";
import { systemError } from "../../os/system_error.ts";
import type { ErrorContext } from "../../os/system_error.ts";
import * as vfio from "../../uapi/vfio.ts";

/** An ioctl by its name in linux/vfio.h. */
export type IoctlName = {
  [Name in keyof typeof vfio]: Name extends `VFIO_${string}`
    ? (typeof vfio)[Name] extends number ? Name : never
    : never;
}[keyof typeof vfio];

/** What an ioctl takes: a struct, or a number in its place. */
export type IoctlArgument = Uint8Array<ArrayBuffer> | bigint;

/**
 * Makes an ioctl.
 *
 * @param name Its name, which errors carry as their operation.
 * @param context What errors say beside the errno.
 * @returns What the kernel returned, 0 or more.
 */
export function ioctl(
  fd: number,
  name: IoctlName,
  argument: IoctlArgument,
  subject: string,
  context?: ErrorContext,
): number {
  const request = vfio[name];
  const result = typeof argument === "bigint"
    ? libc().ioctlValue(fd, request, argument)
    : libc().ioctl(fd, request, argument);
  if (result < 0) throw systemError(errno(), name, subject, context);
  return result;
}
