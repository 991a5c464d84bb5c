import { branches, indented, type Offers } from "./branches.ts";
import { type Completed, formsWithValue, quoted } from "./words.ts";

const OFFERS: Offers = {
  files: "_files",
  words(words) {
    const pairs = words.map(({ word, summary }) => `${quoted(word)} ${quoted(summary)}`);
    return `_codemem_words ${pairs.join(" ")}`;
  },
};

/** The script for zsh: to be sourced, or kept as `_codemem` in a folder of `fpath`. */
export function zshScript(all: readonly Completed[]): string {
  const { names, values, options, places } = branches(all, OFFERS);
  return `#compdef codemem
_codemem() {
  local name= option= ended= word
  local -i count=0 i
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    if [[ -n $option ]]; then option=; continue; fi
    case $ended$word in
      --) ended=1; continue ;;
      ${formsWithValue(all).join("|")}) option=$word; continue ;;
      -*) continue ;;
    esac
    case "$count:\${name:+$name }$word" in
      ${names})
        name="\${name:+$name }$word" ;;
      *) count+=1 ;;
    esac
  done
  if [[ -z $option && $ended$PREFIX == --*=* ]]; then
    option=\${PREFIX%%=*}
    compset -P '*='
  fi
  if [[ -n $option ]]; then
    case "$name $option" in
${indented(values, 6)}
    esac
    return
  fi
  if [[ $ended$PREFIX == -* ]]; then
    case $name in
${indented(options, 6)}
    esac
    return
  fi
  case "$name:$count" in
${indented(places, 4)}
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
