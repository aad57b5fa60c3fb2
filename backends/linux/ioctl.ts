/** ioctls of VFIO: the one place where they are made, and where their errors get their names. */
import { errnoCell, inPlace, libc } from "../../os/libc.ts";
import { systemError } from "../../os/system_error.ts";
import type { ErrorContext } from "../../os/system_error.ts";
import type { Place } from "../../os/place.ts";
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
  // A call of a function, after the kernel's, is a chance for the engine to collect garbage and leave an errno of its own.
  const cell = errnoCell();
  const result = typeof argument === "bigint"
    ? libc().ioctlValue(fd, request, argument)
    : libc().ioctl(fd, request, argument);
  const number = cell[0] ?? 0;
  if (result < 0) throw systemError(number, name, subject, context);
  return result;
}

/**
 * Makes an ioctl that is made all the time: its argument has a place of its own, and words are found when it failed.
 *
 * @param request Its number.
 * @returns What the kernel returned, 0 or more; an errno, negative, when it failed.
 */
export function ioctlAt(fd: number, request: number, argument: Place): number {
  const cell = errnoCell();
  const result = inPlace().ioctl(fd, request, argument.pointer);
  const number = cell[0] ?? 0;
  return result < 0 ? -number : result;
}
