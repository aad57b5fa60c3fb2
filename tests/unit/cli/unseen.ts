/** What commands that take long need of a context, where nobody looks. */
import type { Context } from "../../../cli/context.ts";
import { Progress } from "../../../cli/progress.ts";

/** Makes it. */
export function unseen(): Pick<Context, "signal" | "progress"> {
  return {
    signal: new AbortController().signal,
    progress: (what, total) => new Progress(undefined, what, total),
  };
}
