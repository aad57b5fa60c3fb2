/**
 * Puts dumps of config spaces that hold anything through all that reads them (tests/fuzz/dumps_test.ts), and tells which
 * branches of the decoders they took:
 *
 *     deno task fuzz:dumps [COUNT] [SEED]
 *
 * Fails when something does not get through; and, with as many dumps as there are by default or more, when a branch is left
 * out that no reason is known for.
 */
import { ROOT } from "../house/project.ts";
import { branchesOf, branchTable } from "./branches.ts";
import { UNREACHED } from "./unreached_data.ts";

const COUNT = "100000";
const SEED = "1";
const DECODERS = "pci/decode/";

/** Runs deno to its end. @returns What it printed, where that is asked for; undefined: it failed. */
async function deno(args: readonly string[], stdout: "inherit" | "piped"): Promise<string | undefined> {
  const process = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    stdin: "null",
    stdout,
    stderr: "inherit",
  }).spawn();
  const text = stdout === "piped" ? await new Response(process.stdout).text() : "";
  return (await process.status).success ? text : undefined;
}

/** A line that no dump gets to, as `file: code`. */
async function missedLines(file: string, lines: readonly number[]): Promise<string[]> {
  const source = (await Deno.readTextFile(new URL(file, ROOT))).split("\n");
  return lines.map((line) => `${file}: ${source[line - 1]?.trim()}`);
}

/** @returns The status to end with. */
async function main([count = COUNT, seed = SEED]: readonly string[]): Promise<number> {
  const folder = await Deno.makeTempDir();
  try {
    const test = [
      "test",
      "--no-prompt",
      `--coverage=${folder}`,
      "--coverage-raw-data-only",
      "tests/fuzz/dumps_test.ts",
    ];
    if (await deno([...test, "--", count, seed], "inherit") === undefined) return 1;
    const lcov = await deno(["coverage", folder, `--include=${DECODERS}`, "--lcov"], "piped");
    if (lcov === undefined) return 1;
    const root = new URL(ROOT).pathname;
    const files = branchesOf(lcov).map(({ file, ...rest }) => ({ file: file.replace(root, ""), ...rest }));
    console.log(branchTable(files));
    const missed = (await Promise.all(files.map(({ file, missed }) => missedLines(file, missed)))).flat();
    for (const line of missed) {
      console.log(`not taken: ${line}\n    ${UNREACHED.get(line) ?? "nobody knows why"}`);
    }
    const taken = [...UNREACHED.keys()].filter((line) => !missed.includes(line));
    for (const line of taken) console.log(`taken, though unreached_data.ts says otherwise: ${line}`);
    const isWhole = Number(count) >= Number(COUNT);
    return isWhole && (taken.length > 0 || missed.some((line) => !UNREACHED.has(line))) ? 1 : 0;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
