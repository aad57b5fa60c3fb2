/** Which tests reach a file, in the order in which they are likely to notice that it changed. */
import type { Import } from "../house/graph.ts";
import { reachable } from "../house/graph.ts";

/** Who imports whom, asked over and over. */
export class Reach {
  readonly #imports: readonly Import[];
  readonly #tests: readonly string[];
  readonly #distances = new Map<string, ReadonlyMap<string, number>>();

  /** @param tests Paths of the test files. */
  constructor(imports: readonly Import[], tests: readonly string[]) {
    this.#imports = imports;
    this.#tests = tests;
  }

  /**
   * The tests that lead to a file: its own unit test, those of its folder, the other unit tests, and the conformance suite; of
   * each the nearest first.
   */
  testsOf(path: string): string[] {
    const found = this.#tests.flatMap((test) => {
      const distance = this.#distancesFrom(test).get(path);
      return distance === undefined ? [] : [{ test, rank: [remoteness(test, path), distance] as const }];
    });
    found.sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1] || (a.test < b.test ? -1 : 1));
    return found.map(({ test }) => test);
  }

  /** A test file and all below tests/ that it is made of. */
  partsOf(test: string): string[] {
    return [...reachable([test], this.#imports)].filter((path) => path.startsWith("tests/")).sort();
  }

  /** How many imports lead from a test to each file it reaches, at least. */
  #distancesFrom(test: string): ReadonlyMap<string, number> {
    const known = this.#distances.get(test);
    if (known !== undefined) return known;
    const targets = Map.groupBy(this.#imports, ({ from }) => from);
    const distances = new Map([[test, 0]]);
    // A Map is iterated in order of insertion, what is added meanwhile included.
    for (const [from, distance] of distances) {
      for (const { to } of targets.get(from) ?? []) if (!distances.has(to)) distances.set(to, distance + 1);
    }
    this.#distances.set(test, distances);
    return distances;
  }
}

function remoteness(test: string, path: string): number {
  if (!test.startsWith("tests/unit/")) return 3;
  const [folder, name] = [test.split("/").at(-2), test.split("/").at(-1)];
  if (name === `${path.split("/").at(-1)?.replace(/\.ts$/, "")}_test.ts`) return 0;
  return folder !== undefined && path.split("/").includes(folder) ? 1 : 2;
}

/** Tests that are run in one process. */
export interface Stage {
  readonly tests: readonly string[];
  /** What they take when nothing is changed, together. */
  readonly ms: number;
}

/** What the first stage may take, and how many times the one before a later one may: most mutants die in the first. */
const FIRST_MS = 1500;
const GROWTH = 4;

/**
 * Cuts a row of tests into stages, so that a process is started for few tests first.
 *
 * @param times What each test file takes, in milliseconds.
 */
export function stagesOf(tests: readonly string[], times: ReadonlyMap<string, number>): Stage[] {
  const stages: Stage[] = [];
  let budget = FIRST_MS;
  let stage = { tests: [] as string[], ms: 0 };
  for (const test of tests) {
    const ms = times.get(test) ?? 0;
    if (stage.tests.length > 0 && stage.ms + ms > budget) {
      stages.push(stage);
      stage = { tests: [], ms: 0 };
      budget *= GROWTH;
    }
    stage.tests.push(test);
    stage.ms += ms;
  }
  return stage.tests.length > 0 ? [...stages, stage] : stages;
}
