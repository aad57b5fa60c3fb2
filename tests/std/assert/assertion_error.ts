/** Thrown by every assertion that does not hold. */
export class AssertionError extends Error {
  /** Makes an error. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

/** Throws what an assertion found, with the caller's own words after it. */
export function refuse(finding: string, msg: string | undefined): never {
  throw new AssertionError(msg ? `${finding}: ${msg}` : finding);
}
