/** What the examples' command lines share: `[--backend linux ADDRESS]`, and options of their own. */
import { VfioError } from "@vfio/vfio";
import type { Backend } from "@vfio/vfio";
import { EmulatedEdu } from "@vfio/vfio/devices";
import type { DeviceModel } from "@vfio/vfio/devices";
import { EmulatedHost } from "@vfio/vfio/emulated";
import { linux } from "@vfio/vfio/linux";

/** Where an example finds its device. */
export interface Target {
  readonly backend: Backend;
  readonly address: string;
}

/** A command line, taken apart. */
export interface CommandLine {
  /** The device on Linux that is asked for; undefined: the emulated host. */
  readonly address: string | undefined;
  /** Options that were given, with their values; "" for those that have none. */
  readonly options: ReadonlyMap<string, string>;
  /** What is no option. */
  readonly operands: readonly string[];
}

/** What a command line may have. */
export interface Grammar {
  /** Options by name, and what their value is called; "" for those that have none. */
  readonly options?: Readonly<Record<string, string>>;
  /** What the one operand that may be given is called. */
  readonly operand?: string;
}

/** Takes a command line apart; undefined when it is none of the grammar's. */
export function parse(args: readonly string[], grammar: Grammar): CommandLine | undefined {
  const { options: known = {}, operand } = grammar;
  const options = new Map<string, string>();
  const operands: string[] = [];
  let address: string | undefined;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--backend") {
      address = args[i + 2];
      if (args[i + 1] !== "linux" || address === undefined) return undefined;
      i += 2;
    } else if (arg.startsWith("-")) {
      const value = Object.hasOwn(known, arg) ? known[arg] : undefined;
      if (value === undefined) return undefined;
      const given = value === "" ? "" : args[++i];
      if (given === undefined) return undefined;
      options.set(arg, given);
    } else {
      operands.push(arg);
    }
  }
  return operands.length > (operand === undefined ? 0 : 1) ? undefined : { address, options, operands };
}

/** The line that says what can be said. */
export function usageLine(program: string, { options = {}, operand }: Grammar): string {
  const words = Object.entries(options).map(([name, value]) => value === "" ? name : `${name} ${value}`);
  const optional = ["--backend linux ADDRESS", ...words, ...(operand === undefined ? [] : [operand])];
  return `usage: ${program} ${optional.map((word) => `[${word}]`).join(" ")}`;
}

/** Prints the usage line, and ends the program. */
export function refuse(program: string, grammar: Grammar): never {
  console.error(usageLine(program, grammar));
  Deno.exit(2);
}

/** Runs a program to its end; what it throws is said in words, and fails it. */
export async function run(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(
      error instanceof VfioError ? error.explain() : error instanceof Error ? error.message : error,
    );
    Deno.exit(1);
  }
}

/** Where the device is: on Linux when an address is given, else on an emulated host that `model` is plugged into. */
export function targetOf(address: string | undefined, model: () => DeviceModel): Target {
  if (address !== undefined) return { backend: linux(), address };
  const slot = "0000:00:04.0";
  return { backend: new EmulatedHost().plug(slot, model()), address: slot };
}

/** Reads the command line of an example that drives an edu device and has no options of its own. */
export function target(args: readonly string[], program: string): Target {
  const line = parse(args, {}) ?? refuse(program, {});
  return targetOf(line.address, () => new EmulatedEdu());
}
