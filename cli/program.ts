/** The command line's parser, made of what commands declare. commander stays in this file. */
import { Argument, Command, CommanderError, Option } from "commander";
import metadata from "../deno.json" with { type: "json" };
import { Input } from "./command.ts";
import type { ArgumentSpec, OptionSpec, VfioCommand } from "./command.ts";
import type { GlobalOptions } from "./context.ts";
import { DEVICE_HELP } from "./device.ts";
import { SCENARIO_HELP } from "./emulated.ts";
import { DRY_RUN, GLOBAL_OPTIONS, PROGRAM_HELP, STATUS_HELP } from "./global_options.ts";
import type { Io } from "./io.ts";
import { visible } from "./text.ts";

/** Runs the command that the command line names. */
export type Runner = (command: VfioCommand, options: GlobalOptions, input: Input) => Promise<void>;

/** What runs when no command is named. */
const DEFAULT = "list";
/** Where help breaks its lines when nobody sees it. */
const COLUMNS = 100;

/**
 * Reads the command line and runs what it names.
 *
 * @returns The status when the parser has answered by itself (help: 0, wrong usage: 2); undefined: the command ran.
 */
export async function parse(
  args: readonly string[],
  commands: readonly VfioCommand[],
  io: Io,
  run: Runner,
): Promise<number | undefined> {
  try {
    const { operands, unknown } = build(commands, io, run).parseOptions([...args]);
    const wantsProgram = operands.length > 0 ||
      unknown.some((word) => /^(-h|--help|-V|--version)$/.test(word));
    await build(commands, io, run).parseAsync(wantsProgram ? args : [DEFAULT, ...args], { from: "user" });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
}

function build(commands: readonly VfioCommand[], io: Io, run: Runner): Command {
  const program = new Command("vfio")
    .description(PROGRAM_HELP)
    .version(metadata.version, "-V, --version", "print the version")
    .exitOverride()
    .showHelpAfterError("See vfio --help")
    .configureHelp({ showGlobalOptions: true, subcommandTerm: (command) => command.name() })
    .configureOutput({
      writeOut: (text) => io.out.write(text),
      writeErr: (text) => io.err.write(text),
      outputError: (text, write) => write(harmless(text)),
      getOutHelpWidth: () => io.out.columns ?? COLUMNS,
      getErrHelpWidth: () => io.err.columns ?? COLUMNS,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText("after", `\n${DEVICE_HELP}\n\n${SCENARIO_HELP}\n`)
    .addHelpText("after", STATUS_HELP);
  for (const option of GLOBAL_OPTIONS) program.addOption(optionOf(option));
  for (const command of commands) add(program, command, run);
  return program;
}

function add(program: Command, command: VfioCommand, run: Runner): void {
  const { name, aliases = [], summary, description, options = [], examples, changes = false } = command;
  const sub = program.command(name).aliases([...aliases]).summary(summary)
    .description(description === undefined ? `${summary}.` : `${summary}.\n\n${description}`)
    .addHelpText("after", `\nExamples:\n${examples.map((example) => `  ${example}`).join("\n")}`);
  const specs = command.arguments ?? [];
  for (const argument of specs) sub.addArgument(argumentOf(argument));
  for (const option of changes ? [...options, DRY_RUN] : options) sub.addOption(optionOf(option));
  sub.action(async () => {
    const values = sub.optsWithGlobals();
    await run(command, globalsOf(values), new Input(sub.processedArgs, values));
  });
}

function argumentOf({ name, text, optional, variadic, values }: ArgumentSpec): Argument {
  const dots = variadic === true ? "..." : "";
  const argument = new Argument(optional === true ? `[${name}${dots}]` : `<${name}${dots}>`, text);
  return Array.isArray(values) ? argument.choices(values) : argument;
}

function optionOf({ flags, text, values }: OptionSpec): Option {
  const option = new Option(flags, text);
  return values === undefined ? option : option.choices(values);
}

function globalsOf(values: Readonly<Record<string, unknown>>): GlobalOptions {
  const { color, emulated } = values;
  return {
    json: values["json"] === true,
    quiet: values["quiet"] === true,
    verbose: values["verbose"] === true,
    dryRun: values["dryRun"] === true,
    color: typeof color === "boolean" ? color : undefined,
    emulated: typeof emulated === "string" ? emulated : undefined,
  };
}

/** What the parser says quotes the command line; only what it suggests is a line of its own. */
function harmless(text: string): string {
  const [suggestion = "\n"] = /\n(?:\(Did you mean [a-z:, -]+\?\)\n)?$/.exec(text) ?? [];
  return `${visible(text.slice(0, text.length - suggestion.length))}${suggestion}`;
}
