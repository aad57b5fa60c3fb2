/** Runs a sequence on two machines side by side, and makes one on which they differ as short as it gets. */
import type { Fixture } from "../conformance/fixture.ts";
import { describe } from "./family.ts";
import type { Family } from "./family.ts";

/** Two machines that must not be told apart. */
export interface Machines {
  /** Whose answers are waited for. */
  readonly model: Fixture;
  readonly truth: Fixture;
}

/** Where they differ. */
export interface Difference<Op> {
  readonly ops: readonly Op[];
  readonly model: string;
  readonly truth: string;
}

/** Runs a sequence; undefined when both machines answer every operation alike. */
export function compare<Op>(
  family: Family<Op>,
  machines: Machines,
  ops: readonly Op[],
  reached?: Set<string>,
): Difference<Op> | undefined {
  using model = family.begin(machines.model);
  using truth = family.begin(machines.truth);
  for (const [i, op] of ops.entries()) {
    const expected = model.run(op);
    const said = truth.run(op, expected);
    for (const corner of family.corners(op, said)) reached?.add(corner);
    if (said !== expected) return { ops: ops.slice(0, i + 1), model: expected, truth: said };
  }
  return undefined;
}

/** Leaves operations out for as long as the machines still differ: halves first, single ones last. */
export function shrink<Op>(
  family: Family<Op>,
  machines: Machines,
  difference: Difference<Op>,
): Difference<Op> {
  let best = difference;
  for (let size = best.ops.length >> 1; size >= 1;) {
    let shorter = false;
    for (let at = 0; at < best.ops.length; at += size) {
      const rest = [...best.ops.slice(0, at), ...best.ops.slice(at + size)];
      const found = rest.length === 0 ? undefined : compare(family, machines, rest);
      if (found === undefined) continue;
      best = found;
      shorter = true;
      at -= size;
    }
    if (!shorter || size > 1) size >>= 1;
  }
  return best;
}

/** Writes a difference for a person. */
export function formatDifference<Op>({ ops, model, truth }: Difference<Op>): string {
  // Of long answers, only what is around the first character that differs.
  const at = [...model].findIndex((character, i) => character !== truth[i]);
  const from = Math.max(0, (at < 0 ? model.length : at) - 40);
  const part = (said: string) => `${from > 0 ? `(${from}) ...` : ""}${said.slice(from, from + 120)}`;
  return [...ops.map((op) => `  ${describe(op)}`), `  emulated: ${part(model)}`, `  kernel:   ${part(truth)}`]
    .join("\n");
}
