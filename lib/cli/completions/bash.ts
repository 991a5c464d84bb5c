import { branches, indented, type Offers } from "./branches.ts";
import { type Completed, formsWithValue, quoted } from "./words.ts";

const OFFERS: Offers = {
  files: '_codemem_files "$cur"',
  words: (words) => `_codemem_words ${quoted(words.map(({ word }) => word).join(" "))} "$cur"`,
};

/**
 * The script for bash 3.2, which macOS has, and later. Bash takes `--kind=x` for three words.
 */
export function bashScript(all: readonly Completed[]): string {
  const { names, values, options, places } = branches(all, OFFERS);
  return `# bash completion for codemem
_codemem() {
  local name= count=0 skip= ended= word i
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [ "$word" = = ]; then skip=1; continue; fi
    if [ -n "$skip" ]; then skip=; continue; fi
    case $ended$word in
      --) ended=1; continue ;;
      ${formsWithValue(all).join("|")}) skip=1; continue ;;
      -*) continue ;;
    esac
    case "$count:\${name:+$name }$word" in
      ${names})
        name="\${name:+$name }$word" ;;
      *) count=$((count + 1)) ;;
    esac
  done
  [ "$prev" = = ] && prev=\${COMP_WORDS[COMP_CWORD-2]}
  [ "$cur" = = ] && cur=
  COMPREPLY=()
  if [ -n "$skip" ]; then
    case "$name $prev" in
${indented(values, 6)}
    esac
    return
  fi
  case $ended$cur in
    -*)
      case $name in
${indented(options, 8)}
      esac
      return ;;
  esac
  case "$name:$count" in
${indented(places, 4)}
  esac
}
_codemem_words() { COMPREPLY=($(compgen -W "$1" -- "$2")); }
_codemem_files() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -f -- "$1"))
}
complete -F _codemem codemem
`;
}
