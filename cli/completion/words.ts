/** What can be completed: commands, options and the words they take, as commands declare them. */
import type { OptionSpec, VfioCommand } from "../command.ts";
import { DRY_RUN, GLOBAL_OPTIONS } from "../global_options.ts";

/** An option's names and values. */
export interface OptionWords {
  /** "-s", "--slot". */
  readonly names: readonly string[];
  readonly text: string;
  /** It takes a word behind it. */
  readonly takesValue: boolean;
  /** The words that it takes, where they are known. */
  readonly values: readonly string[];
}

/** A command's words. */
export interface CommandWords {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionWords[];
  /** One of its arguments is a device. */
  readonly takesDevice: boolean;
  /** The words that its arguments can be, where they are known. */
  readonly values: readonly string[];
}

/** Lists devices for a shell, an address a line; quiet where that is not allowed. */
export const DEVICES_COMMAND =
  "vfio list --all --quiet --no-color </dev/null 2>/dev/null | awk 'NR > 1 { print $1 }'";

/** Gathers what can be completed. */
export function wordsOf(commands: readonly VfioCommand[]): CommandWords[] {
  return commands.map(({ name, summary, options = [], changes = false, arguments: specs = [] }) => ({
    name,
    summary,
    options: [...options, ...(changes ? [DRY_RUN] : []), ...GLOBAL_OPTIONS].map(optionWords),
    takesDevice: specs.some(({ values }) => values === "devices"),
    values: specs.flatMap(({ values }) => values === undefined || values === "devices" ? [] : values),
  }));
}

function optionWords({ flags, text, values = [] }: OptionSpec): OptionWords {
  const names = flags.split(/[ ,|]+/).filter((word) => word.startsWith("-"));
  return { names, text, takesValue: flags.includes("<"), values };
}
