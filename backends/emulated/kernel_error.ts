/** Errors as the emulated kernel gives them. */
import { VfioError } from "../../core/errors.ts";
import type { ErrorCode } from "../../core/errors.ts";
import type { Facts } from "../../core/remedies.ts";

/** Makes the error of a kernel operation. */
export function kernelError(
  code: ErrorCode,
  operation: string,
  subject: string,
  detail?: string,
  facts?: () => Facts,
): VfioError {
  return new VfioError({
    code,
    operation,
    subject,
    ...(detail === undefined ? {} : { detail }),
    ...(facts === undefined ? {} : { facts }),
  });
}

/** Makes the error for a descriptor that is closed. */
export function badDescriptor(operation: string, subject: string): VfioError {
  return kernelError("EBADF", operation, subject, "it is disposed of");
}
