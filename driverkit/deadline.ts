/** A deadline in real time for what the kernel may hold for long. */
import { checkTimeout } from "../core/checks.ts";
import { VfioError } from "../core/errors.ts";

/**
 * Gives what `work` gives, unless `timeoutMs` pass first.
 *
 * The clock is the real one on every backend: a kernel that hangs is not the device's time.
 *
 * @throws {VfioError} `ETIMEDOUT`; the work itself goes on.
 */
export async function withDeadline<T>(
  work: PromiseLike<T>,
  timeoutMs: number,
  operation: string,
  subject: string,
): Promise<T> {
  checkTimeout(timeoutMs);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new VfioError({ code: "ETIMEDOUT", operation, subject, detail: `not within ${timeoutMs} ms` }),
      );
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
