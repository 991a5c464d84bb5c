/** What the documents say of settings, exit codes, files and rooms, held against the code. */
import { assert, assertEquals } from "@std/assert";
import { dirname, join } from "node:path";
import { settingText } from "../../lib/cli/output/setting_text.ts";
import { SETTINGS } from "../../lib/config/schema.ts";
import { EXIT } from "../../lib/errors.ts";
import { type Layer, LAYERS } from "../../scripts/layers.ts";
import { codeSpans, documentPaths, readDoc, tableRows } from "./read_doc.ts";
import { exists } from "../support/system/exists.ts";

const ROOT = `${import.meta.dirname}/../..`;
const documents = await documentPaths();

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
    const named = [...doc.matchAll(/`((?:lib|ui|tests|scripts|docs)\/[\w./-]+)`/g)];
    for (const [, name] of named) assert(await exists(`${ROOT}/${name}`), `${path}: ${name}`);
  }
});

Deno.test("every link of a document leads to a file and, within it, to a heading", async () => {
  for (const path of documents) {
    const links = (await readDoc(path)).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g);
    for (const [link, target = "", anchor] of links) {
      const file = target === "" ? path : join(dirname(path), target);
      assert(await exists(join(ROOT, file)), `${path}: ${link}`);
      if (anchor === undefined) continue;
      assert(anchorsIn(await readDoc(file)).includes(anchor), `${path}: ${link}`);
    }
  }
});

Deno.test("every decision that the code refers to is there", async () => {
  for await (const file of sourceFiles()) {
    const text = await Deno.readTextFile(file);
    for (const [, number = ""] of text.matchAll(/docs\/decisions\/(\d{4})/g)) {
      const isThere = documents.some((path) => path.startsWith(`docs/decisions/${number}-`));
      assert(isThere, `${file}: decision ${number}`);
    }
  }
});

Deno.test("what the architecture says is in a file is in it", async () => {
  const doc = await readDoc("docs/architecture.md");
  const places = [...doc.matchAll(/`([A-Za-z]+)(?:\.\w+)?`\s+\(`(\w+\/[\w./]+\.tsx?)`/g)];
  assert(places.length > 20, `only ${places.length} were found`);
  for (const [, name = "", path = ""] of places) {
    const text = await Deno.readTextFile(`${ROOT}/${path}`);
    assert(new RegExp(`\\b${name}\\b`).test(text), `${name} in ${path}`);
  }
});

Deno.test("the architecture's tables of folders name every folder of the large rooms", async () => {
  const rows = tableRows(await readDoc("docs/architecture.md"), "folder");
  const named = rows.flatMap(([names = ""]) => codeSpans(names));
  const first = rows.flatMap(([, names = ""]) => codeSpans(names));
  for (const room of ["lib/store", "lib/sync", "lib/viewer", "lib/cli", "ui", "tests"]) {
    for await (const { name, isDirectory } of Deno.readDir(`${ROOT}/${room}`)) {
      const isNamed = named.includes(`${room}/${name}/`);
      if (isDirectory) assert(isNamed, `${room}/${name}/ is not in the tables`);
    }
  }
  for await (const { name, isDirectory } of Deno.readDir(`${ROOT}/ui/islands`)) {
    if (isDirectory) assert(first.includes(name), `ui/islands/${name} is not in the table`);
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

/** The anchors of the headings of a document, as GitHub makes them. */
function anchorsIn(doc: string): string[] {
  return [...doc.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading.toLowerCase().replaceAll(/[^\w\- ]/g, "").replaceAll(" ", "-")
  );
}

async function* sourceFiles(): AsyncGenerator<string> {
  for (const folder of ["lib", "ui", "scripts", "tests"]) {
    for await (const path of filesBelow(`${ROOT}/${folder}`)) {
      if (/\.tsx?$/.test(path)) yield path;
    }
  }
}

async function* filesBelow(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* filesBelow(`${folder}/${name}`);
    else yield `${folder}/${name}`;
  }
}
