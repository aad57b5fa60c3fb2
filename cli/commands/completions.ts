/** `vfio completions`: what a shell needs to complete the command's words. */
import type { VfioCommand } from "../command.ts";
import { bashScript } from "../completion/bash.ts";
import { fishScript } from "../completion/fish.ts";
import type { CommandWords } from "../completion/words.ts";
import { wordsOf } from "../completion/words.ts";
import { zshScript } from "../completion/zsh.ts";
import { UsageError } from "../errors.ts";

const SCRIPTS: Readonly<Record<string, (commands: readonly CommandWords[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** Makes the command. @param others All others. */
export function completions(others: readonly VfioCommand[]): VfioCommand {
  const command: VfioCommand = {
    name: "completions",
    summary: "Print a script that completes words in a shell",
    arguments: [{ name: "shell", text: "which shell", values: Object.keys(SCRIPTS) }],
    examples: [
      "source <(vfio completions bash)",
      "vfio completions fish > ~/.config/fish/completions/vfio.fish",
    ],
    run(context, input) {
      const shell = input.argument(0);
      const make = SCRIPTS[shell];
      if (make === undefined) throw new UsageError(`There is no script for ${shell}`);
      const script = make(wordsOf([...others, command]));
      if (context.json) context.answer({ shell, script }, () => []);
      else context.out.verbatim(script);
    },
  };
  return command;
}
