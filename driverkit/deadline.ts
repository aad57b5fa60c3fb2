/** A deadline in real time for what the kernel may hold for long. */
import { checkTimeout } from "../core/checks.ts";
import { VfioError } from "../core/errors.ts";

/** Milliseconds. A timer of more fires at once: a deadline beyond is none. */
const LONGEST = 2 ** 31 - 1;

/**
 * Starts `work` and gives what it gives, unless `timeoutMs` pass first.
 *
 * The clock is the real one on every backend: a kernel that hangs is not the device's time.
 *
 * @throws {VfioError} `ETIMEDOUT`; the work itself goes on.
 * @throws {TypeError} for a timeout that is no time; then nothing is started.
 */
export async function withDeadline<T>(
  work: () => PromiseLike<T>,
  timeoutMs: number,
  operation: string,
  subject: string,
): Promise<T> {
  if (checkTimeout(timeoutMs) > LONGEST) return await work();
  const working = work();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new VfioError({ code: "ETIMEDOUT", operation, subject, detail: `not within ${timeoutMs} ms` }),
      );
    }, timeoutMs);
  });
  try {
    return await Promise.race([working, late]);
  } finally {
    clearTimeout(timer);
  }
}
