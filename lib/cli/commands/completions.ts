import { CodememError } from "../../errors.ts";
import { defineCommand } from "../command.ts";
import { bashScript } from "../completions/bash.ts";
import { fishScript } from "../completions/fish.ts";
import { completedWords } from "../completions/words.ts";
import { zshScript } from "../completions/zsh.ts";
import { COMMANDS } from "./mod.ts";

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** Prints the script that makes a shell complete the words of this program. */
export const command = defineCommand({
  arguments: [{ name: "SHELL", summary: "bash, zsh or fish", suggestions: Object.keys(SCRIPTS) }],
  details: 'bash: add eval "$(codemem completions bash)" to ~/.bashrc\n' +
    'zsh:  add eval "$(codemem completions zsh)" to ~/.zshrc\n' +
    "fish: codemem completions fish > ~/.config/fish/completions/codemem.fish",
  async run({ words, json }, { output }) {
    const shell = words[0]!;
    if (!isShell(shell)) {
      throw new CodememError(
        "usage",
        `Cannot complete for "${shell}": expected bash, zsh or fish`,
        {
          hint: "Write `codemem completions bash`",
        },
      );
    }
    const script = SCRIPTS[shell](await completedWords(COMMANDS));
    if (json) output.json({ shell, script });
    else output.raw(script);
  },
});

function isShell(name: string): name is keyof typeof SCRIPTS {
  return Object.hasOwn(SCRIPTS, name);
}
