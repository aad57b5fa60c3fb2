/** How the states of groups are shown: each told by its sign and its word, and not by its colour alone. */
import type { GroupState } from "./group_states.ts";

/** A state as it is shown. */
export interface GroupLook {
  readonly sign: string;
  readonly word: string;
  /** A class of the style sheets. */
  readonly kind: string;
}

const LOOKS: Readonly<Record<GroupState, GroupLook>> = {
  "ready": { sign: "●", word: "ready", kind: "ready" },
  "blocked": { sign: "✗", word: "blocked", kind: "blocked" },
  "in-use": { sign: "◆", word: "in use", kind: "in-use" },
  "kernel": { sign: "○", word: "used by the kernel", kind: "kernel" },
  "free": { sign: "○", word: "no driver", kind: "free" },
  "no-iommu": { sign: "△", word: "no IOMMU", kind: "in-use" },
  "bridges": { sign: "–", word: "bridges only", kind: "free" },
};

/** Tells how a state is shown. */
export function lookOf(state: GroupState): GroupLook {
  return LOOKS[state];
}
