/** From errno's number to a VfioError: the one place where it is done. */
import { ERRNO } from "../core/errno_data.ts";
import { VfioError } from "../core/errors.ts";
import type { ErrorCode } from "../core/errors.ts";
import type { Facts } from "../core/remedies.ts";

const CODES: ReadonlyMap<number, ErrorCode> = new Map(
  Object.entries(ERRNO).map(([code, { number }]) => [number, code as ErrorCode]),
);

/** What is known about a failure beyond its errno. */
export interface ErrorContext {
  readonly detail?: string;
  readonly cause?: unknown;
  readonly facts?: () => Facts;
}

/**
 * Makes the error of a failed system call.
 *
 * @param errno What {@linkcode errno} gave right after the call; pass it first, so that nothing comes between.
 */
export function systemError(
  errno: number,
  operation: string,
  subject: string,
  context: ErrorContext = {},
): VfioError {
  const code = CODES.get(errno);
  if (code !== undefined) return new VfioError({ ...context, code, operation, subject });
  const detail = `errno ${errno}${context.detail === undefined ? "" : `, ${context.detail}`}`;
  return new VfioError({ ...context, code: "EIO", operation, subject, detail });
}

/** Whether an error is a failed system call with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly ErrorCode[]): error is VfioError {
  return error instanceof VfioError && codes.includes(error.code);
}
