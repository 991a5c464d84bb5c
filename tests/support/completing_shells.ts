/** Real shells that complete command lines. */

/** A shell that can be asked. */
export type Shell = "bash" | "zsh" | "fish";

/** What stands for any file where a shell leaves files to a part of its own. */
export const FILES = "<files>";

/**
 * What a shell offers for the last word of each line, sorted.
 *
 * @param script the path of the script that makes it complete `codemem`
 * @param folder the current folder
 */
export async function completions(
  shell: Shell,
  { script, lines, folder }: {
    readonly script: string;
    readonly lines: readonly string[];
    readonly folder: string;
  },
): Promise<string[][]> {
  const { command, args } = DRIVERS[shell];
  const output = `${script}.offered`;
  await Deno.writeTextFile(output, "");
  const { success, stderr } = await new Deno.Command(command, {
    args: [...args, script, output, ...lines],
    cwd: folder,
    env: { TERM: "dumb", HOME: folder },
    stdin: "null",
  }).output();
  if (!success) throw new Error(`${shell} has failed: ${new TextDecoder().decode(stderr)}`);
  const text = await Deno.readTextFile(output);
  await Deno.remove(output);
  const answers = text.split("<end>\n").slice(0, -1);
  if (answers.length !== lines.length) throw new Error(`${shell} has not answered all: ${text}`);
  return answers.map((answer) => answer.split("\n").filter((word) => word !== "").sort());
}

/** Bash hands `--kind=x` over as three words. */
const BASH = `
set -u
source "$1"
out=$2
shift 2
for line; do
  spaced=\${line//=/ = }
  read -ra COMP_WORDS <<<"$spaced"
  case $spaced in *' ') [ "\${line: -1}" = = ] || COMP_WORDS+=('') ;; esac
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
  _codemem
  { [ \${#COMPREPLY[@]} -eq 0 ] || printf '%s\\n' "\${COMPREPLY[@]}"; echo '<end>'; } >>"$out"
done
`;

/** Zsh completes in its line editor alone, so one is run on a terminal of its own. */
const ZSH = `
zmodload zsh/zpty
zpty -b shell zsh -f -i
zpty -w shell "autoload -Uz compinit; compinit -D -u; source \${(q)1}
out=\${(q)2}
compadd() { local -a hits; builtin compadd -O hits \\"\\$@\\"; print -rl -- \\$hits >>\\$out; }
_files() { print -r -- '${FILES}' >>\\$out; }
offer() { _codemem; print -r -- '<end>' >>\\$out; }
zle -C offer complete-word offer
bindkey '^T' offer"
out=$2
shift 2
integer asked=0 waited
for line; do
  asked+=1
  zpty -w -n shell "$line"$'\\x14'
  for ((waited = 0; waited < 400 && $(grep -c '<end>' $out) < asked; waited++)) sleep 0.05
  zpty -w -n shell $'\\x15'
done
zpty -d shell
`;

const FISH = `
source $argv[1]
set out $argv[2]
for line in $argv[3..]
    complete -C "$line" | string replace -r '\\t.*' '' | string replace -r '^--.*=' '' >>$out
    echo '<end>' >>$out
end
`;

const DRIVERS = {
  bash: { command: "bash", args: ["--norc", "-c", BASH, "bash"] },
  zsh: { command: "zsh", args: ["-f", "-c", ZSH, "zsh"] },
  fish: { command: "fish", args: ["--no-config", "-c", FISH] },
} as const;
