/** Rules: the cases of the suite, and what each needs to be run. */
import type { Fixture, Kernel, Slot } from "./fixture.ts";

/**
 * What a case needs of the machine: a device in a part, root's hands, the interface below the model, or one way in
 * (the case is about that IOMMU driver alone).
 */
export type Need = Slot | "control" | "wire" | "type1" | "type1v2";

/** One case: a sentence about the model that holds on every machine that has what it needs. */
export interface Rule {
  /** Its place in the numbered list; several cases may share one. Absent: a sentence of the model's own docs. */
  readonly number: number | undefined;
  readonly name: string;
  readonly needs: readonly Need[];
  readonly run: (machine: Fixture) => void | Promise<void>;
}

/** Makes a numbered case. */
export function rule(number: number, says: string, needs: readonly Need[], run: Rule["run"]): Rule {
  return { number, name: `${number}. ${says}`, needs, run };
}

/** Makes a case for a sentence that has no number. */
export function promise(says: string, needs: readonly Need[], run: Rule["run"]): Rule {
  return { number: undefined, name: says, needs, run };
}

/** Why a machine cannot run a case; undefined when it can. */
export function obstacle(needs: readonly Need[], machine: Fixture): string | undefined {
  for (const need of needs) {
    if (need === "control") {
      if (machine.control === undefined) return "needs root";
    } else if (need === "wire") {
      if (machine.wire === undefined) return "speaks below the model";
    } else if (need === "type1" || need === "type1v2") {
      if (machine.mode !== need) return `is about ${need}`;
    } else if (machine.slot(need) === undefined) return `has no device as ${need}`;
  }
  return undefined;
}

/** Picks what the machine's kernel does, where kernels differ. */
export function byKernel<const R extends Readonly<Record<Kernel, unknown>>>(
  machine: Fixture,
  results: R,
): R[Kernel] {
  return results[machine.kernel];
}
