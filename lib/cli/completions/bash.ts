import {
  type Completed,
  type CompletedOption,
  forms,
  formsWithValue,
  type Place,
  quoted,
} from "./words.ts";

/**
 * The script for bash 3.2, which macOS has, and later. Bash takes `--kind=x` for three words.
 */
export function bashScript(all: readonly Completed[]): string {
  return `# bash completion for codemem
_codemem() {
  local name= count=0 skip= word i
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [ "$word" = = ]; then skip=1; continue; fi
    if [ -n "$skip" ]; then skip=; continue; fi
    case $word in
      ${formsWithValue(all).join("|")}) skip=1; continue ;;
      -*) continue ;;
    esac
    case "$count:\${name:+$name }$word" in
      ${all.filter(({ name }) => name !== "").map(({ name }) => quoted(`0:${name}`)).join("|")})
        name="\${name:+$name }$word" ;;
      *) count=$((count + 1)) ;;
    esac
  done
  [ "$prev" = = ] && prev=\${COMP_WORDS[COMP_CWORD-2]}
  [ "$cur" = = ] && cur=
  COMPREPLY=()
  if [ -n "$skip" ]; then
    case "$name $prev" in
${indented(all.flatMap(valueCases), 6)}
    esac
    return
  fi
  case $cur in
    -*)
      case $name in
${indented(all.map(optionCase), 8)}
      esac
      return ;;
  esac
  case "$name:$count" in
${indented(all.flatMap(placeCases), 4)}
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

function valueCases({ name, options }: Completed): string[] {
  return options.flatMap((option) => {
    const action = option.value && offer(option.value);
    if (action === undefined) return [];
    return `${forms(option).map((form) => quoted(`${name} ${form}`)).join("|")}) ${action} ;;`;
  });
}

function optionCase({ name, options }: Completed): string {
  const words = options.flatMap((option: CompletedOption) => forms(option)).join(" ");
  return `${quoted(name)}) _codemem_words ${quoted(words)} "$cur" ;;`;
}

function placeCases({ name, next, places, isOpen }: Completed): string[] {
  if (next.length > 0) {
    const words = next.map(({ word }) => word).join(" ");
    return [`${quoted(`${name}:0`)}) _codemem_words ${quoted(words)} "$cur" ;;`];
  }
  return places.flatMap((place, index) => {
    const action = offer(place);
    if (action === undefined) return [];
    const anyCount = isOpen && index === places.length - 1;
    return [`${anyCount ? `${quoted(`${name}:`)}*` : quoted(`${name}:${index}`)}) ${action} ;;`];
  });
}

function offer(place: Place): string | undefined {
  if (place.kind === "file") return '_codemem_files "$cur"';
  if (place.kind === "text") return undefined;
  return `_codemem_words ${quoted(place.words.join(" "))} "$cur"`;
}

function indented(lines: readonly string[], columns: number): string {
  return lines.map((line) => " ".repeat(columns) + line).join("\n");
}
