/** What the documents say of commands, settings, files and rooms, held against the code. */
import { assert, assertEquals } from "@std/assert";
import { dirname, join } from "node:path";
import config from "../../deno.json" with { type: "json" };
import { COMMANDS } from "../../lib/cli/commands/mod.ts";
import { settingText } from "../../lib/cli/output/setting_text.ts";
import { SETTINGS } from "../../lib/config/schema.ts";
import { EXIT } from "../../lib/errors.ts";
import { type Layer, LAYERS } from "../../scripts/layers.ts";
import { documentPaths, readDoc, tableRows } from "./read_doc.ts";
import { exists } from "../support/system/exists.ts";

const ROOT = `${import.meta.dirname}/../..`;
const COMMAND_NAMES = COMMANDS.map(({ name }) => name);
const documents = await documentPaths();

Deno.test("the README's table names every command and no other", async () => {
  const rows = tableRows(await readDoc("README.md"), "command");
  const named = rows.flatMap(([names = ""]) => codeSpans(names));
  assertEquals(named.toSorted(), COMMAND_NAMES.toSorted());
});

Deno.test("no document tells anyone to run a command or a task that does not exist", async () => {
  for (const path of documents) {
    const doc = await readDoc(path);
    for (const [, words = ""] of doc.matchAll(/\bcodemem ((?:[a-z]+(?:-[a-z]+)*(?: |\b))+)/g)) {
      if (!isInCode(doc, `codemem ${words}`)) continue;
      const found = COMMAND_NAMES.some((name) => `${words.trim()} `.startsWith(`${name} `));
      assert(found, `${path}: codemem ${words}`);
    }
    for (const [, task = ""] of doc.matchAll(/deno(?:@[\d.]+)? task (?:--quiet )?([a-z]+)/g)) {
      assert(Object.hasOwn(config.tasks, task), `${path}: deno task ${task}`);
    }
  }
});

Deno.test("the user guide's table of settings is the table of settings", async () => {
  const rows = tableRows(await readDoc("docs/user-guide.md"), "setting");
  const expected = SETTINGS.map(({ name, type, summary, fallback }) => [
    `\`${name}\``,
    name === "device_name" ? "the host name" : `\`${settingText(fallback(""))}\``,
    type.expected,
    summary,
  ]);
  assertEquals(rows, expected);
});

Deno.test("the user guide explains every exit code", async () => {
  const rows = tableRows(await readDoc("docs/user-guide.md"), "code");
  const codes = rows.map(([code]) => code);
  for (const code of Object.values(EXIT)) assert(codes.includes(String(code)), `code ${code}`);
});

Deno.test("every file that a document names is there", async () => {
  for (const path of documents) {
    const doc = await readDoc(path);
    const named = [...doc.matchAll(/`((?:lib|tests|scripts)\/[\w./-]+)`/g)].map(([, name]) => name);
    for (const name of named) assert(await exists(`${ROOT}/${name}`), `${path}: ${name}`);
    for (const [, target = ""] of doc.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)) {
      assert(await exists(join(ROOT, dirname(path), target)), `${path}: link to ${target}`);
    }
  }
});

Deno.test("the architecture's table of rooms is the one that the code is held to", async () => {
  const rows = tableRows(await readDoc("docs/architecture.md"), "room");
  for (const [room = "", , may = ""] of rows) {
    const name = /^`(?:lib\/)?(\w+)/.exec(room)?.[1] ?? "";
    if (name === "errors") continue;
    assertEquals(may, mayImport(name, LAYERS[name]!), room);
  }
  assertEquals(rows.length, Object.keys(LAYERS).length);
});

/** A layer in the words of the document. */
function mayImport(name: string, { rooms, types }: Layer): string {
  if (name === "runtime") return "all rooms above";
  if (name === "ui") return "model; types of errors and of all rooms but main";
  const values = rooms.length === 0 ? "–" : rooms.join(", ");
  if (types.length === 0) return values;
  return `${values}; types of ${name === "cli" ? "all" : types.join(", ")}`;
}

function codeSpans(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, span = ""]) => span);
}

/** Whether the words stand within backticks or within a fenced block somewhere in the document. */
function isInCode(doc: string, words: string): boolean {
  const fences = [...doc.matchAll(/\n```[^\n]*\n(.*?)\n```/gs)].map(([, code = ""]) => code);
  const spans = codeSpans(doc.replaceAll(/\n```[^\n]*\n.*?\n```/gs, ""));
  return [...fences, ...spans].some((code) => code.includes(words.trim()));
}
