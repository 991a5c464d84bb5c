import { type Completed, formsWithValue, type Place } from "./words.ts";

/** The script for fish: to be sourced, or kept as `codemem.fish` in a folder of completions. */
export function fishScript(all: readonly Completed[]): string {
  return `# fish completion for codemem
function __codemem_is --description 'Whether a command line begins with these words, and how many arguments it has'
    set -l name
    set -l count 0
    set -l skip 0
    set -l ended
    for word in (commandline -opc)[2..]
        if test $skip = 1
            set skip 0
            continue
        end
        switch "$ended$word"
            case '--'
                set ended 1
                continue
            case ${formsWithValue(all).map(quotedForFish).join(" ")}
                set skip 1
                continue
            case '-*'
                continue
        end
        switch "$count:"(string join ' ' $name $word)
            case ${
    all.filter(({ name }) => name !== "").map(({ name }) => quotedForFish(`0:${name}`)).join(" ")
  }
                set -a name $word
            case '*'
                set count (math $count + 1)
        end
    end
    test "$argv[1]" = (string join ' ' '' $name | string trim); or return 1
    test (count $argv) -eq 1; or test $count -eq $argv[2]
end
complete -c codemem -e
complete -c codemem -f
${all.flatMap(rules).join("\n")}
`;
}

function rules({ name, next, places, isOpen, options }: Completed): string[] {
  const when = (count?: number) => {
    const condition = `__codemem_is ${quotedForFish(name)}${
      count === undefined ? "" : ` ${count}`
    }`;
    return `complete -c codemem -n ${quotedForFish(condition)}`;
  };
  return [
    ...next.map(({ word, summary }) => `${when(0)} -a ${word} -d ${quotedForFish(summary)}`),
    ...places.flatMap((place, index) => {
      const isLast = index === places.length - 1;
      const offered = offer(place);
      return offered === undefined
        ? []
        : [`${when(isOpen && isLast ? undefined : index)}${offered}`];
    }),
    ...options.map(({ name: option, short, summary, value }) => {
      const form = `-l ${option}${short === undefined ? "" : ` -s ${short}`}`;
      const taken = value === undefined
        ? ""
        : value.kind === "file"
        ? " -r -F"
        : ` -x${offer(value) ?? ""}`;
      return `${when()} ${form}${taken} -d ${quotedForFish(summary)}`;
    }),
  ];
}

function offer(place: Place): string | undefined {
  if (place.kind === "file") return " -F";
  if (place.kind === "text") return undefined;
  return ` -a ${quotedForFish(place.words.join(" "))}`;
}

/** In single quotes, where fish minds the backslash and the quote alone. */
function quotedForFish(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
