/** What the documents say of commands and their options, held against the commands. */
import { assert, assertEquals } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { COMMANDS } from "../../lib/cli/commands/mod.ts";
import { SETTINGS, variableOf } from "../../lib/config/schema.ts";
import { codeIn, codeSpans, documentPaths, readDoc, tableRows } from "./read_doc.ts";

const COMMAND_NAMES = COMMANDS.map(({ name }) => name);
const GLOBAL_OPTIONS = ["json", "help", "version"];
/** Variables that are no settings. */
const OTHER_VARIABLES = ["CODEMEM_HOME", "CODEMEM_DEBUG"];
const documents = await documentPaths();

Deno.test("the README's table names every command and no other", async () => {
  const rows = tableRows(await readDoc("README.md"), "command");
  const named = rows.flatMap(([names = ""]) => codeSpans(names));
  assertEquals(named.toSorted(), COMMAND_NAMES.toSorted());
});

Deno.test("every command is explained in the guide, in operations or in the README", async () => {
  const pages = ["docs/user-guide.md", "docs/operations.md", "README.md"];
  const code = (await Promise.all(pages.map(readDoc))).flatMap(codeIn).join("\n");
  for (const name of COMMAND_NAMES) assert(code.includes(`codemem ${name}`), name);
});

Deno.test("no document tells anyone to run a command or a task that does not exist", async () => {
  for (const path of documents) {
    for (const code of codeIn(await readDoc(path))) {
      for (const [, words = ""] of code.matchAll(/\bcodemem ((?:[a-z]+(?:-[a-z]+)*(?: |\b))+)/g)) {
        assert(commandIn(words) !== undefined, `${path}: codemem ${words}`);
      }
      for (const [, task = ""] of code.matchAll(/deno(?:@[\d.]+)? task (?:--quiet )?([a-z]+)/g)) {
        assert(Object.hasOwn(config.tasks, task), `${path}: deno task ${task}`);
      }
    }
  }
});

Deno.test("no document gives a command an option that it does not take", async () => {
  const options = new Map<string, readonly string[]>();
  for (const { name, load } of COMMANDS) {
    options.set(name, Object.keys((await load()).command.options ?? {}));
  }
  for (const path of documents) {
    for (const line of codeIn(await readDoc(path)).flatMap((code) => code.split("\n"))) {
      for (const [call = "", words = ""] of line.matchAll(/\bcodemem ([a-z][a-z -]*)[^#|;`]*/g)) {
        const command = commandIn(words);
        const taken = [...options.get(command ?? "") ?? [], ...GLOBAL_OPTIONS];
        for (const [, option = ""] of call.matchAll(/ --([a-z][a-z-]*)/g)) {
          assert(taken.includes(option), `${path}: ${call}`);
        }
      }
    }
  }
});

Deno.test("no document names a variable that the program does not read", async () => {
  const known = [...OTHER_VARIABLES, ...SETTINGS.map(variableOf)];
  for (const path of documents) {
    for (const [variable] of (await readDoc(path)).matchAll(/\bCODEMEM_[A-Z_]*[A-Z]\b/g)) {
      assert(known.includes(variable), `${path}: ${variable}`);
    }
  }
});

/** The command that the words begin with. */
function commandIn(words: string): string | undefined {
  return COMMAND_NAMES.find((name) => `${words.trim()} `.startsWith(`${name} `));
}
