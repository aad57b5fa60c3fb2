/** Completion for fish. */
import type { CommandWords, OptionWords } from "./words.ts";
import { DEVICES_COMMAND } from "./words.ts";

/** Writes the script. */
export function fishScript(commands: readonly CommandWords[]): string {
  return [
    "# fish completion for vfio: vfio completions fish | source",
    "function __vfio_devices",
    `  ${DEVICES_COMMAND}`,
    "end",
    "complete -c vfio -f",
    ...commands.map(({ name, summary }) =>
      `complete -c vfio -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`
    ),
    ...commands.flatMap(commandLines),
    "",
  ].join("\n");
}

function commandLines({ name, options, takesDevice, values }: CommandWords): string[] {
  const here = `complete -c vfio -n '__fish_seen_subcommand_from ${name}'`;
  return [
    ...(takesDevice ? [`${here} -a '(__vfio_devices)'`] : []),
    ...(values.length > 0 ? [`${here} -a ${quoted(values.join(" "))}`] : []),
    ...options.map((option) => `${here} ${optionLine(option)}`),
  ];
}

function optionLine({ names, text, takesValue, values }: OptionWords): string {
  const flags = names.map((name) => name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`);
  const value = takesValue ? [values.length > 0 ? `-x -a ${quoted(values.join(" "))}` : "-x"] : [];
  return [...flags, ...value, `-d ${quoted(text)}`].join(" ");
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
