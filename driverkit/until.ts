/** Waiting for a device by polling it, always with an end. */
import { checkTimeout } from "../core/checks.ts";
import { VfioError } from "../core/errors.ts";
import type { Clock } from "../core/clock.ts";

/** How long to poll, and how often. */
export interface UntilOptions {
  /** Milliseconds on the clock after which `ETIMEDOUT` is thrown. */
  readonly timeoutMs: number;
  /** Milliseconds between polls; 0 polls without a rest. @default 0.1 */
  readonly intervalMs?: number;
  /** What is waited for, as the error names it: "the controller to be ready". @default "the condition" */
  readonly what?: string;
}

/** What {@linkcode untilAsync} takes more. */
export interface UntilAsyncOptions extends UntilOptions {
  /** Cancels: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Nothing a condition can give, so that it may give any value at all. */
export type Falsy = false | 0 | 0n | "" | null | undefined;

/**
 * Polls `condition` until it gives something truthy, blocking this isolate.
 *
 * The condition is asked once more after the time is up, so a slow machine loses no success.
 *
 * @param clock The backend's clock: `device.clock`.
 * @returns What the condition gave.
 * @throws {VfioError} `ETIMEDOUT` when `timeoutMs` passed.
 */
export function until<T>(clock: Clock, condition: () => T, options: UntilOptions): Exclude<T, Falsy> {
  const { end, intervalMs, timedOut } = plan(clock, options);
  while (true) {
    const late = clock.now() >= end;
    const value = condition();
    if (value) return value as Exclude<T, Falsy>;
    if (late) throw timedOut();
    clock.pause(intervalMs);
  }
}

/** Polls `condition` as {@linkcode until} does, while the event loop goes on. */
export async function untilAsync<T>(
  clock: Clock,
  condition: () => T | Promise<T>,
  options: UntilAsyncOptions,
): Promise<Exclude<T, Falsy>> {
  const { end, intervalMs, timedOut } = plan(clock, options);
  const { signal } = options;
  while (true) {
    signal?.throwIfAborted();
    const late = clock.now() >= end;
    const value = await condition();
    if (value) return value as Exclude<T, Falsy>;
    if (late) throw timedOut();
    await clock.sleep(intervalMs, signal);
  }
}

interface Plan {
  readonly end: number;
  readonly intervalMs: number;
  readonly timedOut: () => VfioError;
}

function plan(clock: Clock, options: UntilOptions): Plan {
  const { timeoutMs, intervalMs = 0.1, what = "the condition" } = options;
  const timedOut = () =>
    new VfioError({
      code: "ETIMEDOUT",
      operation: "wait",
      subject: what,
      detail: `not within ${timeoutMs} ms`,
    });
  return {
    end: clock.now() + checkTimeout(timeoutMs),
    intervalMs: checkTimeout(intervalMs, "intervalMs"),
    timedOut,
  };
}
