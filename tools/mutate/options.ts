/** What `deno task mutate` is told. */

/** How a run goes. */
export interface Options {
  /** How many mutants are chosen. */
  readonly count: number;
  readonly seed: number;
  /** What the paths of mutated files begin with: a folder, or a file. */
  readonly only: string;
  /** The folder results are kept in; "" with `list`. */
  readonly results: string;
  readonly workers: number;
  /** Prints the mutants, and tries none. */
  readonly list: boolean;
}

/** How they are said. */
export const USAGE =
  "usage: deno task mutate --results DIR [--count N] [--seed S] [--only PATH] [--workers N] | --list";

/**
 * Reads arguments.
 *
 * @throws {RangeError} for what is not in {@linkcode USAGE}.
 */
export function parseOptions(args: readonly string[]): Options {
  const options = { count: 400, seed: 1, workers: 2, only: "", results: "", list: false };
  for (let i = 0; i < args.length; i++) {
    const name = args[i]?.replace(/^--/, "");
    if (name === "list") {
      options.list = true;
      continue;
    }
    const value = args[++i];
    if (value === undefined) throw new RangeError(`Cannot use ${args[i - 1]}: no value follows`);
    if (name === "only" || name === "results") options[name] = value.replace(/^\.\//, "");
    else if (name === "count" || name === "seed" || name === "workers") {
      options[name] = wholeNumber(name, value);
    } else throw new RangeError(`Cannot use ${args[i - 1]}: it is no option`);
  }
  if (!options.list && options.results === "") throw new RangeError("Cannot begin: --results says no folder");
  return options;
}

function wholeNumber(name: string, value: string): number {
  if (!/^[1-9]\d{0,6}$/.test(value)) {
    throw new RangeError(`Cannot use --${name} ${value}: it is no number from 1 on`);
  }
  return Number(value);
}
