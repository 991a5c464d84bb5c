import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../../lib/cli/commands/mod.ts";
import { completedWords, formsWithValue } from "../../lib/cli/completions/words.ts";
import { SETTING_NAMES } from "../../lib/config/schema.ts";
import { completions, FILES, type Shell } from "../support/completing_shells.ts";
import { Home } from "../support/devices/home.ts";
import { skipUnless } from "../support/skip.ts";

/** A file with a space, the only one in the current folder. */
const FILE = "an export.jsonl";
const KINDS = ["bugfix", "change", "decision", "discovery", "exploration", "feature", "refactor"];
const PEERS = ["list", "remove", "rename"];

/** Lines, and what is offered for their last word. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  "codemem ": [...new Set(COMMANDS.map(({ name }) => name.split(" ")[0]!))].sort(),
  "codemem re": ["recent", "remember", "restore"],
  "codemem sync p": ["pair", "peers"],
  "codemem sync peers ": PEERS,
  "codemem --json sync peers r": ["remove", "rename"],
  "codemem sync peers list ": [],
  "codemem --v": ["--version"],
  "codemem sync --": ["--help", "--json"],
  "codemem sync pair --": ["--accept", "--help", "--json", "--replace-key"],
  "codemem sync pair --accept ": [],
  "codemem search --k": ["--kind"],
  "codemem search --kind ": KINDS,
  "codemem search --kind=d": ["decision", "discovery"],
  "codemem search -n 3 --kind b": ["bugfix"],
  "codemem remember sync ": [],
  "codemem config set ": [...SETTING_NAMES].sort(),
  "codemem config set viewer_": ["viewer_host", "viewer_port"],
  "codemem config set viewer_port ": [],
  "codemem import ": [FILES],
  "codemem import x ": [],
  "codemem remember text --file-read ": [FILES],
  "codemem search -- --k": [],
  "codemem import -- ": [FILES],
  "codemem import -- --kind ": [],
  "codemem config set -- viewer_": ["viewer_host", "viewer_port"],
  "codemem completions ": ["bash", "fish", "zsh"],
};

for (const shell of ["bash", "zsh", "fish"] satisfies Shell[]) {
  const name = `${shell} completes commands, options, values and files`;
  Deno.test(skipUnless(await isInstalled(shell), `needs ${shell}`, name), async () => {
    await using home = await Home.make();
    const script = await scriptOf(shell, home);
    await Deno.mkdir(home.path("empty"));
    await Deno.writeTextFile(home.path(`empty/${FILE}`), "");
    const lines = Object.keys(EXPECTED);
    const offered = await completions(shell, { script, lines, folder: home.path("empty") });
    for (const [index, line] of lines.entries()) {
      const files = shell === "zsh" ? FILES : FILE;
      const expected = EXPECTED[line]!.map((word) => word === FILES ? files : word);
      assertEquals(offered[index]!.map((word) => word.replaceAll("\\ ", " ")), expected, line);
    }
  });
}

Deno.test("every command and every option is in every script", async () => {
  await using home = await Home.make();
  const all = await completedWords(COMMANDS);
  for (const shell of ["bash", "zsh", "fish"]) {
    const script = await home.text("completions", shell);
    for (const { name, options } of all) {
      assertStringIncludes(script, `'${name}`);
      for (const option of options) assert(script.includes(option.name), `${name} ${option.name}`);
    }
  }
});

Deno.test("an option takes a value in every command or in none, as the scripts take for granted", async () => {
  const all = await completedWords(COMMANDS);
  const withValue = new Set(formsWithValue(all));
  for (const { name, options } of all) {
    for (const option of options) {
      assertEquals(withValue.has(`--${option.name}`), option.value !== undefined, name);
      if (option.short !== undefined) {
        assertEquals(withValue.has(`-${option.short}`), option.value !== undefined, name);
      }
    }
  }
});

Deno.test("completions for a shell that is not known are refused, and JSON holds the script", async () => {
  await using home = await Home.make();
  const { code, stdout, stderr } = await home.run(["completions", "tcsh"]);
  assertEquals([code, stdout], [2, ""]);
  assertStringIncludes(stderr, "expected bash, zsh or fish");
  const { shell, script } = await home.json<Record<string, string>>("completions", "fish");
  assertEquals([shell, script], ["fish", await home.text("completions", "fish")]);
});

async function scriptOf(shell: Shell, home: Home): Promise<string> {
  const path = home.path(`codemem.${shell}`);
  await Deno.writeTextFile(path, await home.text("completions", shell));
  return path;
}

async function isInstalled(program: string): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args: ["--version"] }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
