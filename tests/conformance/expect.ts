/** What cases say about failures. */
import { assertEquals, assertThrows } from "@std/assert";
import type { ErrorCode } from "../../core/errors.ts";
import { VfioError } from "../../core/errors.ts";

/** Asserts that `body` throws what the kernel says: this errno, from this operation. */
export function refused(operation: string, code: ErrorCode, body: () => unknown): void {
  const error = assertThrows(body, VfioError);
  assertEquals({ operation: error.operation, code: error.code }, { operation, code }, error.message);
}

/** Asserts that `body` throws this errno, whichever operation meets it. */
export function refusedWith(code: ErrorCode, body: () => unknown): void {
  const error = assertThrows(body, VfioError);
  assertEquals(error.code, code, error.message);
}

/** Asserts that `body` works, or throws this errno where kernels differ. */
export function answers(operation: string, code: ErrorCode | 0, body: () => unknown): void {
  if (code === 0) body();
  else refused(operation, code, body);
}
