/** Completion for bash. */
import type { CommandWords } from "./words.ts";
import { DEVICES_COMMAND } from "./words.ts";

/** Writes the script. A colon is a part of an address, where bash-completion lets it be. */
export function bashScript(commands: readonly CommandWords[]): string {
  return `# bash completion for vfio: source <(vfio completions bash)
_vfio() {
  local cur prev words cword command= word
  if declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref -n : cur prev words cword
  else
    cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD
  fi
  for word in "\${words[@]:1:cword-1}"; do
    case $word in ${commands.map(({ name }) => name).join("|")}) command=$word; break ;; esac
  done
  local options= values=
  case $command in
    '') values="${commands.map(({ name }) => name).join(" ")} help" ;;
${commands.map(commandCase).join("\n")}
  esac
  if [[ $cur == -* ]]; then values=$options; fi
  mapfile -t COMPREPLY < <(compgen -W "$values" -- "$cur")
  if declare -F __ltrim_colon_completions >/dev/null; then __ltrim_colon_completions "$cur"; fi
}
complete -F _vfio vfio
`;
}

function commandCase({ name, options, takesDevice, values }: CommandWords): string {
  const names = options.flatMap((option) => option.names).join(" ");
  const words = [...values, ...(takesDevice ? [`$(${DEVICES_COMMAND})`] : [])].join(" ");
  const cases = options.filter(({ takesValue }) => takesValue)
    .map((option) => `${option.names.join("|")}) values="${option.values.join(" ")}" ;;`);
  return `    ${name})
      options="${names}"
      case $prev in ${[...cases, `*) values="${words}" ;;`].join(" ")} esac ;;`;
}
