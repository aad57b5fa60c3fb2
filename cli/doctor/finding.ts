/** Finding: what doctor says about one thing. */

/** How it is: as it should be; so that something does not work; so that something may not. */
export type FindingStatus = "ok" | "problem" | "warning";

/** What doctor says about one thing. */
export interface Finding {
  readonly status: FindingStatus;
  /** What was looked at: "IOMMU". */
  readonly subject: string;
  readonly text: string;
  /** The catalogue's row about it. */
  readonly id?: string;
}

/** It is as it should be. */
export function ok(subject: string, text: string): Finding {
  return { status: "ok", subject, text };
}

/** Something does not work. @param id The catalogue's row. */
export function problem(subject: string, text: string, id: string): Finding {
  return { status: "problem", subject, text, id };
}

/** Something may not work, or surprise. @param id The catalogue's row. */
export function warning(subject: string, text: string, id: string): Finding {
  return { status: "warning", subject, text, id };
}
