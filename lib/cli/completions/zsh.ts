import {
  type Completed,
  type CompletedOption,
  type CompletedWord,
  forms,
  formsWithValue,
  type Place,
  quoted,
} from "./words.ts";

/** The script for zsh: to be sourced, or kept as `_codemem` in a folder of `fpath`. */
export function zshScript(all: readonly Completed[]): string {
  return `#compdef codemem
_codemem() {
  local name= option= word
  local -i count=0 i
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    if [[ -n $option ]]; then option=; continue; fi
    case $word in
      ${formsWithValue(all).join("|")}) option=$word; continue ;;
      -*) continue ;;
    esac
    case "$count:\${name:+$name }$word" in
      ${all.filter(({ name }) => name !== "").map(({ name }) => quoted(`0:${name}`)).join("|")})
        name="\${name:+$name }$word" ;;
      *) count+=1 ;;
    esac
  done
  if [[ -z $option && $PREFIX == --*=* ]]; then
    option=\${PREFIX%%=*}
    compset -P '*='
  fi
  if [[ -n $option ]]; then
    case "$name $option" in
${indented(all.flatMap(valueCases), 6)}
    esac
    return
  fi
  if [[ $PREFIX == -* ]]; then
    case $name in
${indented(all.map(optionCase), 6)}
    esac
    return
  fi
  case "$name:$count" in
${indented(all.flatMap(placeCases), 4)}
  esac
}
# Offers pairs of a word and what it means.
_codemem_words() {
  local -a offered shown
  while (($# > 1)); do
    offered+=("$1")
    shown+=("$1\${2:+  -- $2}")
    shift 2
  done
  compadd -l -d shown -a offered
}
if [[ $funcstack[1] == _codemem ]]; then _codemem "$@"; else compdef _codemem codemem; fi
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
  const words = options.flatMap((option: CompletedOption) =>
    forms(option).map((word) => ({ word, summary: option.summary }))
  );
  return `${quoted(name)}) ${offerWords(words)} ;;`;
}

function placeCases({ name, next, places, isOpen }: Completed): string[] {
  if (next.length > 0) return [`${quoted(`${name}:0`)}) ${offerWords(next)} ;;`];
  return places.flatMap((place, index) => {
    const action = offer(place);
    if (action === undefined) return [];
    const anyCount = isOpen && index === places.length - 1;
    return [`${anyCount ? `${quoted(`${name}:`)}*` : quoted(`${name}:${index}`)}) ${action} ;;`];
  });
}

function offer(place: Place): string | undefined {
  if (place.kind === "file") return "_files";
  if (place.kind === "text") return undefined;
  return offerWords(place.words.map((word) => ({ word, summary: "" })));
}

function offerWords(words: readonly CompletedWord[]): string {
  return `_codemem_words ${
    words.map(({ word, summary }) => `${quoted(word)} ${quoted(summary)}`).join(" ")
  }`;
}

function indented(lines: readonly string[], columns: number): string {
  return lines.map((line) => " ".repeat(columns) + line).join("\n");
}
