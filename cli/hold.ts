/** Keeping a device open. */
import type { Context } from "./context.ts";

/** Waits for Ctrl-C, with what is open staying open. */
export async function untilInterrupted(context: Context): Promise<void> {
  const { signal } = context;
  context.say("Holding the device open. Ctrl-C closes it");
  await new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", resolve);
  });
}
