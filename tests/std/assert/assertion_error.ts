/** What a failed assertion throws. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

/** Fails. */
export function fail(message?: string): never {
  throw new AssertionError(
    message === undefined
      ? "Failed assertion."
      : `Failed assertion: ${message}`,
  );
}

/** Ends a sentence that a test's own message may follow. */
export function because(message: string | undefined): string {
  return message === undefined ? "." : `: ${message}`;
}
