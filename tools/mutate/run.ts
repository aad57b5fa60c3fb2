/**
 * Changes the code a little, over and over, and tells which changes no test notices.
 *
 *     deno task mutate --results DIR [--count N] [--seed S] [--only PATH] [--workers N]
 *     deno task mutate --list
 *
 * Works on copies of the project. Results are kept in the folder: started again, it goes on where it stopped.
 *
 * @module
 */
import { readFiles, readImports, ROOT } from "../house/project.ts";
import type { Placed } from "./choice.ts";
import { choose } from "./choice.ts";
import { ProjectCopy } from "./copy.ts";
import type { Equivalent } from "./equivalent_data.ts";
import { EQUIVALENT } from "./equivalent_data.ts";
import type { Mutant } from "./mutants.ts";
import { mutantsOf } from "./mutants.ts";
import type { Options } from "./options.ts";
import { parseOptions, USAGE } from "./options.ts";
import { Reach } from "./reach.ts";
import { figureOf, formatReport, isEnough } from "./report.ts";
import type { Result } from "./results.ts";
import { keyOf, parseResults, validResults } from "./results.ts";
import { Session } from "./session.ts";

/** What is mutated: the rules of the kernel. Tables of data have no logic. */
const MUTATED = /^(?:iommu|backends\/emulated)\/(?!(?:.*\/)?mod\.ts$)(?!.*_data\.ts$).*\.ts$/;
/** What `deno task test` runs, but for the examples. */
const TESTS = /^tests\/(?:unit|conformance)\/.*_test\.ts$/;

async function main(options: Options): Promise<number> {
  const texts = new Map((await readFiles()).map(({ path, text }) => [path, text]));
  const all = new Map(
    [...texts].filter(([path]) => MUTATED.test(path) && path.startsWith(options.only))
      .map(([path, text]) => [path, mutantsOf(text)]),
  );
  const stale = EQUIVALENT.filter((known) =>
    all.get(known.path)?.some((mutant) => isSame(known, mutant)) === false
  );
  for (const { path, before } of stale) {
    console.log(`equivalent_data.ts: there is no such mutant: ${path}  ${before}`);
  }
  if (stale.length > 0) return 1;
  const chosen = choose(all, options.count, options.seed);
  if (options.list) {
    for (const { path, line, kind, before, after } of chosen) {
      console.log(`${path}:${line}  ${kind}  ${before} -> ${after}`);
    }
    return 0;
  }
  const mutants = chosen.filter((mutant) =>
    !EQUIVALENT.some((known) => known.path === mutant.path && isSame(known, mutant))
  );
  const results = await tried(mutants, texts, options);
  if (results === undefined) return 1;
  console.log(formatReport(results, chosen.length - mutants.length));
  return isEnough(figureOf(results)) ? 0 : 1;
}

function isSame(known: Equivalent, mutant: Mutant): boolean {
  return known.before === mutant.before && known.after === mutant.after;
}

/** The results of all mutants, those of earlier runs among them; undefined when the unchanged code does not pass. */
async function tried(
  mutants: readonly Placed[],
  texts: ReadonlyMap<string, string>,
  options: Options,
): Promise<Result[] | undefined> {
  const tests = [...texts.keys()].filter((path) => TESTS.test(path));
  const reach = new Reach(await readImports(tests), tests);
  const file = `${options.results}/mutants.jsonl`;
  await Deno.mkdir(options.results, { recursive: true });
  const earlier = parseResults(await readIfThere(file));
  await using stack = new AsyncDisposableStack();
  const copies: ProjectCopy[] = [];
  for (let i = 0; i < options.workers; i++) copies.push(stack.use(await ProjectCopy.make()));
  Deno.addSignalListener("SIGINT", () => void stack.disposeAsync().finally(() => Deno.exit(130)));
  const session = new Session(
    copies,
    reach,
    // What is tried is what was there at the start.
    (path) => Promise.resolve(texts.get(path) ?? Deno.readTextFile(new URL(path, ROOT))),
  );
  const results = await validResults(
    earlier,
    mutants,
    (path, tests) => session.digest(path, tests),
    (path) => reach.testsOf(path),
  );
  const left = mutants.filter((mutant) => !results.has(keyOf(mutant)));
  console.log(`${mutants.length} mutants, ${results.size} of them tried before`);
  const failed = await session.tryUnchanged(left.map(({ path }) => path));
  if (failed.length > 0) {
    console.log(`The unchanged code does not pass:\n${failed.join("\n")}`);
    return undefined;
  }
  if (left.length > 0) console.log("The unchanged code passes every test that reaches it");
  await session.tryAll(left, async (result) => {
    results.set(keyOf(result), result);
    await Deno.writeTextFile(file, `${JSON.stringify(result)}\n`, { append: true });
    const { outcome, ms, path, line, before, after } = result;
    console.log(
      `${results.size} ${outcome} ${(ms / 1000).toFixed(1)} s ${path}:${line}  ${before} -> ${after}`,
    );
  });
  return [...results.values()];
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

if (import.meta.main) {
  try {
    Deno.exit(await main(parseOptions(Deno.args)));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    console.error(`${error.message}\n${USAGE}`);
    Deno.exit(2);
  }
}
