/** Session: tries mutants in copies of the project, several at a time. */
import type { Placed } from "./choice.ts";
import type { ProjectCopy, Run } from "./copy.ts";
import { mutated } from "./mutants.ts";
import type { Reach, Stage } from "./reach.ts";
import { stagesOf } from "./reach.ts";
import type { Outcome, Result } from "./results.ts";
import { digestOf } from "./results.ts";

/** A run may take so many times what it takes unchanged, and some seconds: others want the processor too. */
const PATIENCE = 5;
const GRACE_MS = 10_000;
/** What a file of tests may take unchanged. */
const UNCHANGED_MS = 1_200_000;

/** What is needed of a copy of the project. */
export type Workplace = Pick<ProjectCopy, "write" | "test">;

/** Tries mutants. */
export class Session {
  readonly #copies: readonly Workplace[];
  readonly #reach: Reach;
  readonly #read: (path: string) => Promise<string>;
  readonly #times = new Map<string, number>();

  /** @param read Reads a file of the project. */
  constructor(copies: readonly Workplace[], reach: Reach, read: (path: string) => Promise<string>) {
    this.#copies = copies;
    this.#reach = reach;
    this.#read = read;
  }

  /** Runs every test that reaches one of the files while nothing is changed, and takes its time. @returns Those that fail. */
  async tryUnchanged(paths: Iterable<string>): Promise<string[]> {
    const tests = new Set([...paths].flatMap((path) => this.#reach.testsOf(path)));
    const failed: string[] = [];
    // The conformance suite takes longest, and is the last that reaches a file.
    await this.#share([...tests].reverse(), async (copy, test) => {
      const { outcome, ms, by } = await copy.test([test], UNCHANGED_MS);
      this.#times.set(test, ms);
      if (outcome !== "passed") failed.push(`${test} ${outcome}: ${by}`);
    });
    return failed;
  }

  /** Tries mutants; each result is told as soon as it is there. */
  async tryAll(mutants: readonly Placed[], tell: (result: Result) => Promise<void>): Promise<void> {
    await this.#share(mutants, async (copy, mutant) => {
      await tell(await this.#try(copy, mutant));
    });
  }

  /** Digests a file together with tests and all they are made of. */
  async digest(path: string, tests: readonly string[]): Promise<string> {
    const parts = new Set(tests.flatMap((test) => this.#reach.partsOf(test)));
    return digestOf(await Promise.all([path, ...parts].map(this.#read)));
  }

  async #try(copy: Workplace, mutant: Placed): Promise<Result> {
    const { path, line, kind, before, after, at } = mutant;
    const tests: string[] = [];
    let outcome: Outcome = "survived";
    let by = "";
    let ms = 0;
    for (const stage of stagesOf(this.#reach.testsOf(path), this.#times)) {
      tests.push(...stage.tests);
      const run = await this.#runChanged(copy, mutant, stage);
      ms += run.ms;
      if (run.outcome === "passed") continue;
      outcome = run.outcome === "failed" ? "killed" : run.outcome;
      by = run.by;
      break;
    }
    return {
      path,
      line,
      kind,
      before,
      after,
      at,
      outcome,
      by,
      ms,
      tests,
      of: await this.digest(path, tests),
    };
  }

  /** Runs tests on the changed code. That they do not end is believed once the unchanged code still takes what it took. */
  async #runChanged(copy: Workplace, mutant: Placed, { tests, ms }: Stage): Promise<Run> {
    const source = await this.#read(mutant.path);
    const run = async (text: string, deadlineMs: number) => {
      await copy.write(mutant.path, text);
      const result = await copy.test(tests, deadlineMs);
      await copy.write(mutant.path, source);
      return result;
    };
    const changed = mutated(source, mutant);
    const first = await run(changed, deadlineFor(ms));
    if (first.outcome !== "timeout") return first;
    const unchanged = await run(source, UNCHANGED_MS);
    return unchanged.ms > 2 * ms ? run(changed, deadlineFor(unchanged.ms)) : first;
  }

  /** Does something with each item, in every copy one at a time. */
  async #share<T>(items: readonly T[], work: (copy: Workplace, item: T) => Promise<void>): Promise<void> {
    const left = [...items];
    await Promise.all(this.#copies.map(async (copy) => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await work(copy, item);
    }));
  }
}

function deadlineFor(unchangedMs: number): number {
  return GRACE_MS + PATIENCE * unchangedMs;
}
