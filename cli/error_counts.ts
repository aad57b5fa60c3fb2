/** Errors of PCI Express as people read them. */
import type { ErrorCounts } from "../mod.ts";

/** Writes those down that there were: "2 correctable, 1 fatal since boot"; undefined: none. */
export function errorsText(errors: ErrorCounts): string | undefined {
  const seen = Object.entries(errors).filter(([, count]) => count > 0);
  return seen.length === 0
    ? undefined
    : `${seen.map(([name, count]) => `${count} ${name}`).join(", ")} since boot`;
}
