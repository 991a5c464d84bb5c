import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Home } from "../support/devices/home.ts";

interface MemoryJson {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly tags: readonly string[];
  readonly rev: number;
  readonly [name: string]: unknown;
}

Deno.test("what is remembered is found, shown, changed and forgotten", async () => {
  await using home = await Home.make();
  assertMatch(
    await home.text("remember", "the port is 7337\nbecause"),
    /^Remembered [0-9a-f]{8}: /,
  );
  const [memory] = await home.json<MemoryJson[]>("recent");
  assertEquals([memory!.title, memory!.body], ["the port is 7337", "the port is 7337\nbecause"]);
  const id = memory!.id.slice(0, 8);

  assertEquals((await home.json<MemoryJson[]>("search", "port", "beca")).length, 1);
  assertStringIncludes(await home.text("search", "port"), id);
  assertEquals(await home.json("search", "absent"), []);

  assertStringIncludes(await home.text("show", id), `id: ${memory!.id}`);
  assertStringIncludes(await home.text("edit", id, "--title", "the port"), "revision 2");
  const changed = await home.json<MemoryJson>("show", id);
  assertEquals([changed.title, changed.body, changed.rev], ["the port", memory!.body, 2]);
  const history = await home.json<{ rev: number; title: string }[]>("show", id, "--history");
  assertEquals(history.map(({ rev, title }) => [rev, title]), [
    [2, "the port"],
    [1, "the port is 7337"],
  ]);

  assertEquals(await home.text("forget", id), `Forgot ${id}\n`);
  assertEquals(await home.json("recent"), []);
  assertStringIncludes(await home.text("show", memory!.id), "This memory was deleted");
  const { live, tombstones } = await home.json<Record<string, unknown>>("stats");
  assertEquals([live, tombstones], [0, 1]);
});

Deno.test("the JSON of a memory holds every field", async () => {
  await using home = await Home.make();
  const memory = await home.json<MemoryJson>(
    ...["remember", "the body", "--title", "the title", "--kind", "decision", "--project", "p"],
    ...["--tag", "a", "--tag=b", "--subtitle", "sub", "--narrative", "story", "--fact", "f"],
    ...["--concept", "c", "--file-read", "r.ts", "--file-modified", "m.ts", "--confidence", "0.5"],
  );
  const { id, created_at, updated_at, origin_device_id, device_id, ...rest } = memory;
  assertMatch(id, /^[0-9a-f-]{36}$/);
  assertMatch(String(created_at), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assertEquals(updated_at, created_at);
  assertEquals(origin_device_id, device_id);
  assertEquals(rest, {
    kind: "decision",
    title: "the title",
    body: "the body",
    subtitle: "sub",
    narrative: "story",
    facts: ["f"],
    concepts: ["c"],
    files_read: ["r.ts"],
    files_modified: ["m.ts"],
    tags: ["a", "b"],
    project: "p",
    confidence: 0.5,
    active: true,
    deleted_at: null,
    rev: 1,
  });
  assertEquals(await home.json("show", id), memory);
  assertEquals(await home.json("recent"), [memory]);
});

Deno.test("a text that looks like a number or an option stays the text that was typed", async () => {
  await using home = await Home.make();
  for (const text of ["007", "1e3", "0x10", "true", "-5 degrees", "--json", "help"]) {
    const { body, title } = JSON.parse((await home.run(["remember", "--json", "--", text])).stdout);
    assertEquals([body, title], [text, text]);
  }
  const { title } = await home.json<MemoryJson>("remember", "x", "--title=-1");
  assertEquals(title, "-1");
});

Deno.test("a text on stdin is taken as it is, without its last line break", async () => {
  await using home = await Home.make();
  const text = "\n  first\r\n" + "long ".repeat(30_000) + "\nend";
  const { stdout, code } = await home.run(["remember", "-", "--json"], { stdin: `${text}\n` });
  assertEquals(code, 0);
  assertEquals(JSON.parse(stdout).body, text);
  assertEquals(JSON.parse(stdout).title, "first");
});

Deno.test("a list that is given takes the place of the old one, and --clear empties a field", async () => {
  await using home = await Home.make();
  const { id } = await home.json<MemoryJson>(
    ...["remember", "x", "--tag", "a", "--tag", "b", "--project", "p", "--confidence", "0"],
  );
  const edited = await home.json<MemoryJson>("edit", id, "--tag", "c", "--clear-project");
  assertEquals([edited.tags, edited.project, edited.confidence], [["c"], null, 0]);
  const cleared = await home.json<MemoryJson>("edit", id, "--clear-tags", "--clear-confidence");
  assertEquals([cleared.tags, cleared.confidence, cleared.body], [[], null, "x"]);
});

Deno.test("lists are narrowed by project, kind and number", async () => {
  await using home = await Home.make();
  for (
    const [text, kind, project] of [["a1", "bugfix", "p"], ["a2", "bugfix", "q"], [
      "a3",
      "change",
      "p",
    ]]
  ) {
    await home.text("remember", text!, "--kind", kind!, "--project", project!);
  }
  const titles = async (...args: string[]) =>
    (await home.json<MemoryJson[]>(...args)).map(({ title }) => title);
  assertEquals(await titles("recent"), ["a3", "a2", "a1"]);
  assertEquals(await titles("recent", "--limit", "1"), ["a3"]);
  assertEquals(await titles("recent", "--project", "p"), ["a3", "a1"]);
  assertEquals(await titles("search", "a", "--kind=bugfix", "--project=q"), ["a2"]);
  const { kinds, projects } = await home.json<Record<string, unknown>>("stats");
  assertEquals([kinds, projects], [{ bugfix: 2, change: 1 }, { p: 2, q: 1 }]);
});

Deno.test("a memory that was set aside is listed only when all are asked for", async () => {
  await using home = await Home.make();
  const record = {
    id: "aside-1",
    clock: { rev: 1, updated_at: "2026-01-01T00:00:00.000Z", device_id: "d" },
    ...{ deleted_at: null, kind: "change", title: "aside", body: "aside", active: false },
  };
  await Deno.writeTextFile(home.path("x.jsonl"), JSON.stringify(record));
  await home.text("import", home.path("x.jsonl"));
  for (const args of [["recent"], ["search", "aside"]]) {
    assertEquals(await home.json(...args), []);
    assertEquals((await home.json<MemoryJson[]>(...args, "--all"))[0]?.id, "aside-1");
  }
});

Deno.test("several memories are forgotten together or not at all", async () => {
  await using home = await Home.make();
  const one = await home.json<MemoryJson>("remember", "one");
  const two = await home.json<MemoryJson>("remember", "two");
  const { code } = await home.run(["forget", one.id, "no-such-id"]);
  assertEquals(code, 1);
  assertEquals((await home.json<MemoryJson[]>("recent")).length, 2);
  const gone = await home.json<MemoryJson[]>("forget", one.id, two.id);
  assertEquals(gone.map(({ id, body }) => [id, body]), [[one.id, ""], [two.id, ""]]);
  assertEquals(await home.json("recent"), []);
});

Deno.test("the files of a device are for its owner alone", async () => {
  await using home = await Home.make();
  await Deno.chmod(home.folder, 0o755);
  await home.text("remember", "private");
  for await (const { name } of Deno.readDir(home.folder)) {
    assertEquals((await Deno.stat(home.path(name))).mode! & 0o077, 0, name);
  }
});

Deno.test("no byte of a forgotten text is left in the folder", async () => {
  await using home = await Home.make();
  const secret = "correct-horse-battery-staple";
  const { id } = await home.json<MemoryJson>(
    "remember",
    `${secret} `.repeat(500),
    "--fact",
    secret,
  );
  await home.text("edit", id, "--narrative", secret);
  await home.text("forget", id);
  for await (const { name } of Deno.readDir(home.folder)) {
    const text = new TextDecoder("latin1").decode(await Deno.readFile(home.path(name)));
    assert(!text.includes(secret), name);
  }
});

Deno.test("an export is imported by another device, and once more without a change", async () => {
  await using home = await Home.make();
  await using other = await Home.make();
  await home.text("remember", "kept", "--tag", "t");
  const { id } = await home.json<MemoryJson>("remember", "forgotten");
  await home.text("forget", id);
  const lines = await home.text("export", "--include-deleted");
  assertEquals(lines.trim().split("\n").length, 2);
  await Deno.writeTextFile(home.path("lines.jsonl"), lines);
  await Deno.writeTextFile(home.path("array.json"), await home.text("export", "--json"));

  const first = await other.json<Record<string, unknown>>("import", home.path("lines.jsonl"));
  assertEquals([first.rows, first.applied, first.tombstones], [2, 2, 1]);
  const again = await other.json<Record<string, unknown>>("import", home.path("array.json"));
  assertEquals([again.rows, again.applied, again.unchanged], [1, 0, 1]);
  const { digest } = await home.json<{ digest: string }>("stats");
  assertEquals((await other.json<{ digest: string }>("stats")).digest, digest);
});

Deno.test("an export of nothing is nothing, and as JSON an empty array", async () => {
  await using home = await Home.make();
  assertEquals(await home.text("export"), "");
  assertEquals(await home.text("export", "--json"), "[]\n");
});

Deno.test("empty lists say so beside the answer, which stays empty", async () => {
  await using home = await Home.make();
  for (const args of [["recent"], ["search", "x"]]) {
    const { code, stdout, stderr } = await home.run(args);
    assertEquals([code, stdout], [0, ""]);
    assertMatch(stderr, /^No memor/);
  }
});

Deno.test("memory text cannot steer the terminal", async () => {
  await using home = await Home.make();
  const hostile = "red \x1b[31m title \x9b2J \x07 \u202egnp.exe\nbody \x1b]0;owned\x07\r\x08";
  const { id } = await home.json<MemoryJson>("remember", hostile, "--tag", "\x1b[2J");
  const answers = [
    await home.text("show", id),
    await home.text("recent"),
    await home.text("show", id, "--history"),
    await home.text("show", id, "--json"),
    await home.text("export"),
  ];
  // deno-lint-ignore no-control-regex -- the characters are what is looked for
  for (const text of answers) assert(!/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/.test(text), text);
  assertEquals((await home.json<MemoryJson>("show", id)).body, hostile);
});
