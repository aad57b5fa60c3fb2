/** Completion for zsh. */
import { shellWord } from "../shell.ts";
import type { CommandWords, OptionWords } from "./words.ts";
import { DEVICES_COMMAND } from "./words.ts";

/** Writes the script. */
export function zshScript(commands: readonly CommandWords[]): string {
  return `#compdef vfio
# zsh completion for vfio: source <(vfio completions zsh)
_vfio_devices() {
  local -a devices
  devices=(\${(f)"$(${DEVICES_COMMAND})"})
  compadd -a devices
}
_vfio() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${shellWord(`${name}:${escaped(summary)}`)}`).join("\n")}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  local command=$words[2]
  shift words; (( CURRENT-- ))
  case $command in
${commands.map(commandCase).join("\n")}
  esac
}
if [[ $funcstack[1] == _vfio ]]; then _vfio "$@"; else compdef _vfio vfio; fi
`;
}

function commandCase({ name, options, takesDevice, values }: CommandWords): string {
  const words = options.flatMap(optionArguments);
  const rest = [
    ...(takesDevice ? ["*:device:_vfio_devices"] : []),
    ...(values.length > 0 ? [`*:word:(${values.join(" ")})`] : []),
  ].slice(0, 1);
  return `    ${name}) _arguments ${[...words, ...rest].map(shellWord).join(" ")} ;;`;
}

function optionArguments({ names, text, takesValue, values }: OptionWords): string[] {
  const value = !takesValue ? "" : `:value:${values.length > 0 ? `(${values.join(" ")})` : ""}`;
  return names.map((name) => `${name}[${escaped(text)}]${value}`);
}

function escaped(text: string): string {
  return text.replace(/[\\:[\]]/g, "\\$&");
}
