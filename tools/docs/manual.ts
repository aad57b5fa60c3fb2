/** docs/vfio.8: what commands declare, as a manual page. */
import metadata from "../../deno.json" with { type: "json" };
import type { ArgumentSpec, OptionSpec, VfioCommand } from "../../cli/command.ts";
import { COMMANDS } from "../../cli/commands/mod.ts";
import { DEVICE_HELP } from "../../cli/device.ts";
import { SCENARIO_HELP } from "../../cli/emulated.ts";
import { DRY_RUN, GLOBAL_OPTIONS, PROGRAM_HELP, STATUS_HELP } from "../../cli/global_options.ts";
import { bold, escape, italic, paragraphs, section, subsection, term, verbatim } from "./roff.ts";

const HEAD = [
  '.\\" Made by `deno task docs` of the declarations in cli/commands, where it is to be changed.',
  `.TH VFIO 8 "" "${metadata.name} ${metadata.version}" "System Manager's Manual"`,
];
const FILES = [
  ...term(bold("/dev/vfio/vfio"), "The node of containers, open to all."),
  ...term(
    bold("/dev/vfio/N"),
    "The node of group N: who may read and write it may open the group's devices.",
  ),
  ...term(bold("/run/vfio"), "The drivers that devices had before vfio bind, for vfio unbind; root's."),
];

/** Writes the page. */
export function manual(commands: readonly VfioCommand[] = COMMANDS): string {
  const [scenarios = "", ...tables] = SCENARIO_HELP.split("\n  devices");
  const lines = [
    ...HEAD,
    ...section(
      "Name",
      `vfio \\- ${escape(PROGRAM_HELP.replace(/^./, (first) => first.toLowerCase()).replace(/\.$/, ""))}`,
    ),
    ...section("Synopsis", `${bold("vfio")} [${italic("options")}] [${italic("command")}]`),
    ...section(
      "Description",
      escape(PROGRAM_HELP),
      ...paragraphs(`Without a command it lists devices. ${DEVICE_HELP}`),
    ),
    ...section("Options", ".PP", "Of every command:", ...GLOBAL_OPTIONS.flatMap(option)),
    ...section("Commands", ...commands.flatMap(commandLines)),
    ...section(
      "Emulated machines",
      ...paragraphs(scenarios),
      ...verbatim(`  devices${tables.join("\n  devices")}`.split("\n")),
    ),
    ...section("Exit status", escape(STATUS_HELP)),
    ...section("Environment", ...term(bold("NO_COLOR"), "Set: no colours, unless --color asks for them.")),
    ...section("Files", ...FILES),
    ...section(
      "See also",
      `${bold("lspci")}(8), ${bold("setpci")}(8), ${bold("udev")}(7), ${bold("limits.conf")}(5)`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function commandLines(command: VfioCommand): string[] {
  const { name, aliases = [], summary, description, options = [], examples, changes = false } = command;
  const specs = command.arguments ?? [];
  const usage = [bold(`vfio ${name}`), "[\\fIoptions\\fR]", ...specs.map(usageOf)].join(" ");
  return [
    ...subsection(usage),
    `${escape(summary)}.`,
    ...(aliases.length === 0 ? [] : [escape(`Also called ${aliases.join(", ")}.`)]),
    ...(description === undefined ? [] : paragraphs(description)),
    ...specs.flatMap(argument),
    ...(changes ? [...options, DRY_RUN] : options).flatMap(option),
    ".PP",
    examples.length === 1 ? "Example:" : "Examples:",
    ...verbatim(examples),
  ];
}

function usageOf({ name, optional, variadic }: ArgumentSpec): string {
  const word = italic(variadic === true ? `${name}...` : name);
  return optional === true ? `[${word}]` : word;
}

function argument({ name, text, values }: ArgumentSpec): string[] {
  return term(italic(name), withValues(text, Array.isArray(values) ? values : undefined));
}

function option({ flags, text, values }: OptionSpec): string[] {
  const words = flags.split(/(<[^>]*>)/).filter((part) => part !== "")
    .map((part) => part.startsWith("<") ? italic(part.slice(1, -1)) : bold(part));
  return term(words.join(""), withValues(text, values));
}

function withValues(text: string, values: readonly string[] | undefined): string {
  return values === undefined ? `${text}.` : `${text}: ${values.join(", ")}.`;
}
