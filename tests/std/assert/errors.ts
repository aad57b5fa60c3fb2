import { inspect } from "node:util";
import { refuse } from "./assertion_error.ts";

type ErrorClass<E extends Error> = abstract new (...args: never[]) => E;

/** Asserts that `fn` throws, and returns what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Asserts that `fn` throws an `ErrorClass` whose message contains `msgIncludes`, and returns it. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  expected?: ErrorClass<Error> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  try {
    fn();
  } catch (error) {
    return check(error, expected, msgIncludes, msg);
  }
  refuse("Expected function to throw", typeof expected === "string" ? expected : msg);
}

/** Asserts that the promise of `fn` rejects, and resolves with the reason. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Asserts that the promise of `fn` rejects with an `ErrorClass` whose message contains `msgIncludes`. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  expected?: ErrorClass<Error> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  const words = typeof expected === "string" ? expected : msg;
  const promise = called(fn, words);
  try {
    await promise;
  } catch (error) {
    return check(error, expected, msgIncludes, msg);
  }
  refuse("Expected function to reject", words);
}

/** A function that throws instead of rejecting, or returns no promise, has not rejected. */
function called(fn: () => PromiseLike<unknown>, msg: string | undefined): PromiseLike<unknown> {
  let result: PromiseLike<unknown> | undefined;
  try {
    result = fn();
  } catch (error) {
    refuse(`Function throws ${inspect(error)} when expected to reject`, msg);
  }
  if (typeof result?.then === "function") return result;
  refuse("Function returns no promise when expected to reject", msg);
}

function check(
  error: unknown,
  expected: ErrorClass<Error> | string | undefined,
  msgIncludes: string | undefined,
  msg: string | undefined,
): unknown {
  if (typeof expected !== "function") return error;
  if (!(error instanceof expected)) refuse(`Expected an ${expected.name} but got ${inspect(error)}`, msg);
  if (msgIncludes !== undefined && !error.message.includes(msgIncludes)) {
    refuse(`Expected the message to contain ${inspect(msgIncludes)} but got ${inspect(error.message)}`, msg);
  }
  return error;
}
