import { AssertionError, because } from "./assertion_error.ts";

// deno-lint-ignore no-explicit-any -- a constructor of whatever parameters
type ErrorClass<E extends Error> = abstract new (...parameters: any[]) => E;

/** Asserts that `body` throws, and returns what. */
export function assertThrows(body: () => unknown, message?: string): unknown;
/** Asserts that `body` throws an `E` whose message contains `includes`, and returns it. */
export function assertThrows<E extends Error>(
  body: () => unknown,
  type: ErrorClass<E>,
  includes?: string,
  message?: string,
): E;
export function assertThrows<E extends Error>(
  body: () => unknown,
  typeOrMessage?: ErrorClass<E> | string,
  includes?: string,
  message?: string,
): unknown {
  try {
    body();
  } catch (error) {
    return examine(error, typeOrMessage, includes, message);
  }
  throw new AssertionError(
    `Expected function to throw${because(ownMessage(typeOrMessage, message))}`,
  );
}

/** Asserts that what `body` returns rejects, and resolves with the reason. */
export function assertRejects(
  body: () => PromiseLike<unknown>,
  message?: string,
): Promise<unknown>;
/** Asserts that what `body` returns rejects with an `E` whose message contains `includes`, and resolves with it. */
export function assertRejects<E extends Error>(
  body: () => PromiseLike<unknown>,
  type: ErrorClass<E>,
  includes?: string,
  message?: string,
): Promise<E>;
export async function assertRejects<E extends Error>(
  body: () => PromiseLike<unknown>,
  typeOrMessage?: ErrorClass<E> | string,
  includes?: string,
  message?: string,
): Promise<unknown> {
  let promise: PromiseLike<unknown>;
  try {
    promise = body();
  } catch {
    throw new AssertionError(
      `Function throws when expected to reject${because(message)}`,
    );
  }
  try {
    await promise;
  } catch (error) {
    return examine(error, typeOrMessage, includes, message);
  }
  throw new AssertionError(
    `Expected function to reject${because(ownMessage(typeOrMessage, message))}`,
  );
}

function ownMessage(
  typeOrMessage: unknown,
  message: string | undefined,
): string | undefined {
  return typeof typeOrMessage === "string" ? typeOrMessage : message;
}

/** Asserts that an error is of the expected class and says the expected thing. */
function examine<E extends Error>(
  error: unknown,
  typeOrMessage: ErrorClass<E> | string | undefined,
  includes: string | undefined,
  message: string | undefined,
): unknown {
  if (typeof typeOrMessage !== "function") return error;
  if (!(error instanceof typeOrMessage)) {
    throw new AssertionError(
      `Expected error to be an instance of ${typeOrMessage.name}, was ${
        Deno.inspect(error)
      }${because(message)}`,
    );
  }
  if (includes !== undefined && !error.message.includes(includes)) {
    throw new AssertionError(
      `Expected error message to include ${Deno.inspect(includes)}, but got ${
        Deno.inspect(error.message)
      }${because(message)}`,
    );
  }
  return error;
}
