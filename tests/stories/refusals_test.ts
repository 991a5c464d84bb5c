import { assert, assertEquals, assertMatch } from "@std/assert";
import { SETTING_NAMES } from "../../lib/config/schema.ts";
import { Home, type RunOptions } from "../support/devices/home.ts";
import { skipUnless } from "../support/skip.ts";
import { exists } from "../support/system/exists.ts";

interface Refusal {
  readonly args: readonly string[];
  readonly code: number;
  readonly message: RegExp;
  readonly hint: RegExp;
  readonly options?: RunOptions;
}

/** Each leaves every byte of the home as it is and stdout empty. */
async function assertRefused(home: Home, refusals: readonly Refusal[]): Promise<void> {
  for (const { args, code, message, hint, options } of refusals) {
    const before = await home.snapshot();
    const what = args.join(" ").slice(0, 100);
    const ended = await home.run(args, options);
    assertEquals([ended.code, ended.stdout], [code, ""], `${what}: ${ended.stderr}`);
    const [first, second, ...others] = ended.stderr.trimEnd().split("\n");
    assertMatch(first!, message, what);
    assert(first!.startsWith("codemem: ") && !first!.endsWith("."), what);
    assertMatch(second ?? "", hint, what);
    assert(second!.startsWith("hint: "), what);
    assertEquals(others, [], what);
    assertEquals(await home.snapshot(), before, what);
  }
}

const usage = (args: string[], message: RegExp, hint: RegExp): Refusal => ({
  args,
  code: 2,
  message,
  hint,
});

Deno.test("a command line that is not understood is refused with what would be right", async () => {
  await using home = await Home.make();
  await assertRefused(home, [
    usage(["rember", "x"], /Unknown command: "rember"/, /Did you mean `codemem remember`\?/),
    usage(["frobnicate"], /Unknown command: "frobnicate"/, /codemem --help/),
    usage(["help", "frobnicate"], /Unknown command/, /codemem --help/),
    usage(["config", "lst"], /Unknown command: "config lst"/, /Did you mean `codemem config list`/),
    usage(["config"], /Missing command after "config"/, /config get.*config set.*config list/),
    usage(["--limt", "1"], /Unknown option: --limt/, /command first/),
    usage(["recent", "--limt", "1"], /Unknown option: --limt/, /Did you mean --limit\?/),
    usage(["recent", "-x"], /Unknown option: -x/, /--help/),
    usage(["recent", "--constructor"], /Unknown option: --constructor/, /--help/),
    usage(["recent", "--limit"], /--limit has no value/, /--limit=N/),
    usage(["recent", "--limit", "--all"], /--limit has no value/, /--limit=N/),
    usage(["recent", "--limit", "1", "--limit", "2"], /given twice/, /once/),
    usage(["recent", "--limit", "0"], /from 1 to 10000, got "0"/, /--limit=1/),
    usage(["recent", "--limit", "1e3"], /whole number.*got "1e3"/, /--limit/),
    usage(["recent", "--all=yes"], /--all takes no value/, /--all/),
    usage(["recent", "extra"], /Unexpected argument: "extra"/, /usage: codemem recent/),
    usage(["remember"], /Missing argument: TEXT/, /Usage: codemem remember TEXT/),
    usage(["remember", "two", "words"], /Unexpected argument: "words"/, /quotes/),
    usage(["search"], /Missing argument: QUERY/, /Usage: codemem search QUERY\.\.\./),
    usage(["forget"], /Missing argument: ID/, /Usage: codemem forget ID\.\.\./),
    usage(["config", "set", "sync_port"], /Missing argument: VALUE/, /NAME VALUE/),
  ]);
  assertEquals(await home.snapshot(), {});
});

Deno.test("a memory that cannot be kept is refused", async () => {
  await using home = await Home.make();
  const { id } = await home.json<{ id: string }>("remember", "the first");
  const large = "x".repeat(2 * 1024 * 1024);
  const refusals = [
    usage(["remember", ""], /text is empty/, /quotes/),
    usage(["remember", " \n\t"], /text is empty/, /quotes/),
    usage(["remember", "x", "--title", " "], /title: it is empty/, /leave --title out/),
    usage(["remember", "x", "--title", "a\nb"], /several lines/, /one line/),
    usage(["remember", "x", "--kind", "two words"], /not one word/, /one word/),
    usage(
      ["remember", "x", "--project", ""],
      /--project: the value is empty/,
      /leave --project out/,
    ),
    usage(["remember", "x", "--tag", "a", "--tag", " "], /--tag: the value is empty/, /--tag/),
    usage(["remember", "x", "--confidence", "1.1"], /a number from 0 to 1/, /--confidence/),
    usage(["search", " "], /query is empty/, /recent/),
    usage(["edit", id], /Nothing to change/, /--title/),
    usage(["edit", id, "--body", ""], /text is empty/, /quotes/),
    usage(["edit", id, "--tag", "a", "--clear-tags"], /clear and set/, /--clear-tags/),
    ...[
      { stdin: "" },
      { stdin: "\n\n" },
      { stdin: new Uint8Array([0xff, 0xfe, 0x00]) },
      { stdin: large },
      { stdin: large + "x" },
    ].map((options) => ({
      ...usage(["remember", "-"], /empty|not UTF-8|too large/, /stdin|UTF-8|2 MiB/),
      options,
    })),
  ];
  await assertRefused(home, refusals);
  assertEquals((await home.json<unknown[]>("recent")).length, 1);
});

Deno.test("an id that names no memory, or several, is refused", async () => {
  await using home = await Home.make();
  const record = (id: string) =>
    JSON.stringify({
      id,
      clock: { rev: 1, updated_at: "2026-01-01T00:00:00.000Z", device_id: "d" },
      ...{ deleted_at: null, kind: "change", title: id, body: id },
    });
  await Deno.writeTextFile(home.path("x.jsonl"), `${record("abcd-1")}\n${record("abcd-2")}\n`);
  await home.text("import", home.path("x.jsonl"));
  await home.text("forget", "abcd-2");
  const missing = { code: 1, message: /No memory has the id "zzzz"/, hint: /codemem recent/ };
  await assertRefused(home, [
    { args: ["show", "zzzz"], ...missing },
    { args: ["forget", "abcd-1", "zzzz"], ...missing },
    { args: ["edit", "zzzz", "--title", "x"], ...missing },
    ...["show", "forget"].map((verb) => ({
      args: [verb, "abc"],
      code: 2,
      message: /"abc" is too short for an id: give at least 4 characters/,
      hint: /recent/,
    })),
    { args: ["forget", "abcd-2"], code: 1, message: /no longer a memory/, hint: /recent/ },
    { args: ["edit", "abcd-2", "--title", "x"], code: 1, message: /no longer/, hint: /recent/ },
  ]);
  await Deno.writeTextFile(home.path("y.jsonl"), `${record("abcd-3")}\n`);
  await home.text("import", home.path("y.jsonl"));
  const several = {
    code: 2,
    message: /Several memories.*: abcd-[13], abcd-[13]$/,
    hint: /more characters/,
  };
  await assertRefused(
    home,
    ["show", "forget"].map((verb) => ({ args: [verb, "abcd"], ...several })),
  );
});

Deno.test("a file that cannot be imported is refused", async () => {
  await using home = await Home.make();
  await home.text("remember", "the first");
  await Deno.writeTextFile(home.path("empty"), "");
  await Deno.writeTextFile(home.path("text"), "hello");
  await Deno.writeTextFile(home.path("other.json"), '[{"a": 1}]');
  const invalid = (name: string, message: RegExp) =>
    usage(["import", home.path(name)], message, /./);
  await assertRefused(home, [
    invalid("absent", /no such file/),
    invalid(".", /folder/),
    invalid("empty", /empty/),
    invalid("text", /neither a database nor an export/),
    invalid("other.json", /Cannot import/),
  ]);
});

const BAD_VALUES: Readonly<Record<string, string>> = {
  device_name: "two\nlines",
  sync_enabled: "maybe",
  sync_bind: "localhost",
  sync_port: "99999",
  sync_interval_s: "0",
  sync_mdns: "2",
  sync_advertise: "laptop",
  sync_key_store: "keyring",
  viewer_host: "0.0.0.0",
  viewer_port: "0",
  log_level: "loud",
};

Deno.test("a bad value of any setting is refused by name, wherever it comes from", async () => {
  await using home = await Home.make();
  assertEquals(Object.keys(BAD_VALUES), [...SETTING_NAMES]);
  await Deno.writeTextFile(home.path("config.json"), '{ "sync_port": 7400 } // mine\n');
  await Promise.all(
    Object.entries(BAD_VALUES).map(async ([name, value]) => {
      const message = new RegExp(`Cannot use ${name}.*: expected .*, got `);
      const hint = new RegExp(`Set ${name} to `);
      const env = { [`CODEMEM_${name.toUpperCase()}`]: value };
      await assertRefused(home, [
        usage(["config", "set", name, value], message, hint),
        {
          ...usage(
            ["config", "list"],
            message,
            new RegExp(`Set CODEMEM_${name.toUpperCase()} to `),
          ),
          options: { env },
        },
      ]);
    }),
  );
  for (const [name, value] of Object.entries(BAD_VALUES)) {
    await Deno.writeTextFile(home.path("config.json"), JSON.stringify({ [name]: value }));
    await assertRefused(home, [
      usage(["config", "get", name], new RegExp(`Cannot use ${name} in /`), /hint/),
    ]);
  }
});

Deno.test("an unknown setting is refused with the one that was probably meant", async () => {
  await using home = await Home.make();
  await assertRefused(home, [
    usage(["config", "set", "sync_prot", "1"], /Unknown setting: "sync_prot"/, /mean sync_port\?/),
    usage(["config", "get", "sync-port"], /Unknown setting/, /mean sync_port\?/),
    usage(["config", "get", "__proto__"], /Unknown setting/, /config list/),
  ]);
});

Deno.test("a broken settings file is refused with line and column, and stays", async () => {
  await using home = await Home.make();
  for (const text of ['{\n  "sync_port": ,\n}', "[]", "{", "\0", '"x"']) {
    await Deno.writeTextFile(home.path("config.json"), text);
    const broken = (args: string[]) =>
      usage(args, /Cannot read \/.*config\.json:\d+:\d+: /, /Correct the file at line \d/);
    await assertRefused(home, [
      broken(["config", "list"]),
      broken(["config", "set", "sync_port", "7400"]),
    ]);
  }
});

Deno.test("without a home folder every command but help and version is refused", async () => {
  await using home = await Home.make();
  const options = { env: { CODEMEM_HOME: undefined, HOME: undefined } };
  const message = /Cannot find the home folder: HOME is not set/;
  const refused = (...args: string[]) => ({ ...usage(args, message, /Set HOME/), options });
  await assertRefused(home, [
    refused("recent"),
    refused("remember", "x"),
    refused("config", "list"),
  ]);
  for (const args of [["--version"], ["--help"], ["recent", "--help"]]) {
    assertEquals((await home.run(args, options)).code, 0);
  }
});

Deno.test("CODEMEM_HOME must be an absolute path, and no file", async () => {
  await using home = await Home.make();
  await Deno.writeTextFile(home.path("file"), "");
  const refused = (path: string, message: RegExp, hint: RegExp) => ({
    ...usage(["remember", "x"], message, hint),
    options: { env: { CODEMEM_HOME: path } },
  });
  await assertRefused(home, [
    refused("here", /CODEMEM_HOME: it is not an absolute path: "here"/, /begins with a slash/),
    refused("~/here", /not an absolute path/, /begins with a slash/),
    refused(home.path("file"), /CODEMEM_HOME: \/.*file is a file/, /to a folder/),
  ]);
  assertEquals(Object.keys(await home.snapshot()), ["file"]);
});

const full = "/dev/full";

Deno.test(
  skipUnless(await exists(full), `needs ${full}`, "output that cannot be written is told of", {
    os: "linux",
  }),
  async () => {
    await using home = await Home.make();
    await home.text("remember", "the first");
    const command = (redirection: string) => ["sh", "-c", `exec "$0" "$@" ${redirection}`];
    const { code, stderr } = await home.run(["recent"], { through: command(`> ${full}`) });
    assertEquals(code, 1, stderr);
    assertEquals(
      stderr,
      "codemem: Cannot write the output: the disk is full\nhint: Check where the output goes to\n",
    );
    const mute = await home.run(["recent"], { through: command(`> ${full} 2> ${full}`) });
    assertEquals([mute.code, mute.stderr], [1, ""]);
  },
);

Deno.test("a refusal with --json is also one line of JSON on stderr", async () => {
  await using home = await Home.make();
  for (
    const [args, error, code] of [
      [["show", "zzzz", "--json"], "not_found", 1],
      [["--json", "rember"], "usage", 2],
      [["recent", "--limit", "x", "--json"], "usage", 2],
      [["config", "get", "--json", "x"], "invalid_config", 2],
    ] as const
  ) {
    const ended = await home.run(args);
    assertEquals([ended.code, ended.stdout], [code, ""]);
    const last = JSON.parse(ended.stderr.trimEnd().split("\n").at(-1)!);
    assertEquals(Object.keys(last), ["error", "message", "hint"]);
    assertEquals(last.error, error);
    assert(ended.stderr.startsWith(`codemem: ${last.message}\nhint: ${last.hint}\n`));
  }
});

Deno.test("no refusal shows a stack trace unless it is asked for", async () => {
  await using home = await Home.make();
  await Deno.mkdir(home.path("codemem.db"));
  const quiet = await home.run(["recent"]);
  assert(quiet.code !== 0 && !/\bat .*\.ts:\d/.test(quiet.stderr), quiet.stderr);
  const loud = await home.run(["recent"], { env: { CODEMEM_DEBUG: "1" } });
  assertMatch(loud.stderr, /\bat .*\.ts:\d/);
});
