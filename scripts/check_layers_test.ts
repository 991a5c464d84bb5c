import { assertEquals, assertStringIncludes } from "@std/assert";
import { checkFile, checkRepository, roomOf } from "./check_layers.ts";
import { LAYERS } from "./layers.ts";

const allowed: readonly (readonly [string, string])[] = [
  ["lib/model/op.ts", 'import { a } from "./clock.ts";'],
  ["lib/model/op.ts", 'import { a } from "../errors.ts";'],
  ["lib/model/op.ts", 'import { hash } from "node:crypto";'],
  ["lib/replication/merge.ts", 'import { a } from "../model/clock.ts";'],
  ["lib/store/database.ts", 'import { DatabaseSync } from "node:sqlite";'],
  ["lib/store/import/upstream.ts", 'import { a } from "../database.ts";'],
  ["lib/store/migrations.ts", 'import sql from "./migrations/001.sql" with { type: "text" };'],
  ["lib/net/client.ts", 'import tls from "node:tls";'],
  ["lib/sync/pass.ts", 'import type { Store } from "../store/store.ts";'],
  ["lib/sync/answer.ts", 'import type { IncomingMessage } from "node:http";'],
  ["lib/sync/answer.ts", 'import { stream } from "hono/streaming";'],
  ["lib/runtime.ts", 'import { Store } from "./store/store.ts";'],
  ["lib/cli/commands/show.ts", 'import { a } from "../../runtime.ts";'],
  ["lib/cli/context.ts", 'import { a } from "../config/load.ts";'],
  ["lib/cli/version.ts", 'import config from "../../deno.json" with { type: "json" };'],
  ["main.ts", 'import { run } from "./lib/cli/run.ts";'],
  ["ui/page.tsx", 'import { relativeTime } from "../lib/model/relative_time.ts";'],
  ["ui/page.tsx", 'import type { Store } from "../lib/store/store.ts";'],
  ["main.ts", 'await import("./scripts/bundle/browser_script.ts");'],
  ["lib/viewer/page.ts", 'import { Page } from "../../ui/page.tsx";'],
  ["lib/model/op_test.ts", 'import { DatabaseSync } from "node:sqlite";'],
  ["tests/e2e/pair_test.ts", 'import { a } from "../../lib/store/store.ts";'],
  ["scripts/demo.ts", 'import { DatabaseSync } from "node:sqlite";'],
];

for (const [file, source] of allowed) {
  Deno.test(`${file} may say: ${source}`, () => assertEquals(checkFile(file, source), []));
}

const refused: readonly (readonly [string, string, string])[] = [
  ["lib/errors.ts", 'import { a } from "./model/op.ts";', "errors must not import model"],
  ["lib/model/op.ts", 'import { a } from "../store/store.ts";', "model must not import store"],
  ["lib/model/op.ts", 'import type { A } from "../sync/pass.ts";', "model must not import sync"],
  ["lib/model/op.ts", 'import fs from "node:fs";', "model must not import node:fs"],
  ["lib/model/op.ts", 'import * as v from "valibot";', "model must not import valibot"],
  ["lib/store/store.ts", 'import { a } from "../net/client.ts";', "allowed are errors, model"],
  ["lib/identity/key.ts", 'import { a } from "../store/store.ts";', "must not import store"],
  ["lib/sync/pass.ts", 'import { Store } from "../store/store.ts";', "only types of store"],
  ["lib/sync/pass.ts", 'await import("../net/client.ts");', "only types of net"],
  ["lib/sync/pass.ts", 'export * from "../identity/key.ts";', "only types of identity"],
  ["lib/sync/pass.ts", "await import(name);", "written as a literal"],
  ["lib/sync/pass.ts", 'import { DatabaseSync } from "node:sqlite";', "it belongs to store"],
  ["lib/store/store.ts", 'import tls from "node:tls";', "it belongs to net"],
  ["lib/cli/run.ts", 'import { a } from "../net/client.ts";', "only types of net"],
  ["lib/cli/run.ts", 'import { a } from "npm:chalk";', "cli must not import npm:chalk"],
  ["lib/sync/pass.ts", 'import { a } from "honolulu";', "sync must not import honolulu"],
  ["lib/sync/pass.ts", 'import { a } from "../../tests/support/alice.ts";', "not part of a room"],
  ["lib/daemon/loop.ts", 'import { run } from "../cli/run.ts";', "daemon must not import cli"],
  ["ui/page.tsx", 'import { Store } from "../lib/store/store.ts";', "only types of store"],
  ["ui/page.tsx", 'import { EXIT } from "../lib/errors.ts";', "only types of errors"],
  ["lib/helper/a.ts", "", 'room "helper" is not in scripts/layers.ts'],
];

for (const [file, source, problem] of refused) {
  Deno.test(`${file} must not say: ${source || "anything"}`, () => {
    const [violation, ...others] = checkFile(file, `// the first line\n${source}`);
    assertEquals(others, []);
    assertEquals(violation?.file, file);
    assertEquals(violation?.line, source === "" ? 1 : 2);
    assertStringIncludes(violation?.problem ?? "", problem);
  });
}

Deno.test("a room is a folder or a file of lib, ui or main.ts", () => {
  const rooms = ["lib/errors.ts", "lib/store/import/a.ts", "ui/a.tsx", "main.ts", "docs/a.md"];
  assertEquals(rooms.map(roomOf), ["errors", "store", "ui", "main", undefined]);
});

Deno.test("the table allows no cycle of rooms", () => {
  const reach = (room: string, seen: readonly string[]): void => {
    assertEquals(seen.includes(room), false, [...seen, room].join(" → "));
    const layer = LAYERS[room];
    // The scripts are held to nothing.
    if (layer === undefined) return;
    // What ui takes from lib leaves no trace at run time.
    const types = room === "ui" ? [] : layer.types;
    for (const next of [...layer.rooms, ...types]) reach(next, [...seen, room]);
  };
  for (const room of Object.keys(LAYERS)) reach(room, []);
});

Deno.test("every room of docs/architecture.md is in the table, and the other way round", async () => {
  const text = await Deno.readTextFile(new URL("../docs/architecture.md", import.meta.url));
  const documented = [...text.matchAll(/^\| `(?:lib\/)?([a-z]+)(?:\/|\.ts)`/gm)].map((row) =>
    row[1]
  );
  assertEquals(documented.toSorted(), Object.keys(LAYERS).sort());
});

Deno.test("a repository is read whole: main.ts, and lib and ui with their subfolders", async () => {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${root}/lib/store/import`, { recursive: true });
    await Deno.mkdir(`${root}/ui`);
    await Deno.writeTextFile(`${root}/main.ts`, 'import "./lib/store/store.ts";');
    await Deno.writeTextFile(`${root}/lib/std.d.ts`, 'import "./store/store.ts";');
    await Deno.writeTextFile(`${root}/lib/store/import/a.ts`, '\nimport "node:tls";');
    await Deno.writeTextFile(`${root}/ui/page.tsx`, 'import "../lib/errors.ts";');
    const found = await checkRepository(root);
    assertEquals(found.map(({ file, line }) => `${file}:${line}`), [
      "lib/store/import/a.ts:2",
      "main.ts:1",
      "ui/page.tsx:1",
    ]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
