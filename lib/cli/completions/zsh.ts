import {
  indented,
  namePattern,
  type Offer,
  type OfferWords,
  optionCases,
  placeCases,
  valueCases,
} from "./cases.ts";
import { type Completed, formsWithValue, quoted } from "./words.ts";

/** The script for zsh: to be sourced, or kept as `_codemem` in a folder of `fpath`. */
export function zshScript(all: readonly Completed[]): string {
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
      ${namePattern(all)})
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
${indented(valueCases(all, offer), 6)}
    esac
    return
  fi
  if [[ $ended$PREFIX == -* ]]; then
    case $name in
${indented(optionCases(all, offerWords), 6)}
    esac
    return
  fi
  case "$name:$count" in
${indented(placeCases(all, { offer, offerWords }), 4)}
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

const offer: Offer = (place) => {
  if (place.kind === "file") return "_files";
  if (place.kind === "text") return undefined;
  return offerWords(place.words.map((word) => ({ word, summary: "" })));
};

const offerWords: OfferWords = (words) =>
  `_codemem_words ${
    words.map(({ word, summary }) => `${quoted(word)} ${quoted(summary)}`).join(" ")
  }`;
