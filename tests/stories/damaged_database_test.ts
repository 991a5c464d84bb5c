import { assertEquals, assertMatch } from "@std/assert";
import { type Ended, Home, type RunOptions } from "../support/devices/home.ts";
import { SyncHome } from "../support/devices/sync_home.ts";
import { obeysPermissions } from "../support/system/obeys_permissions.ts";
import { skipUnless } from "../support/skip.ts";

const READING = [["recent"], ["search", "x"], ["stats"], ["export"]];
const WRITING = [["remember", "x"]];

async function assertAllRefused(
  home: Home,
  commands: readonly (readonly string[])[],
  message: RegExp,
  options: RunOptions = {},
): Promise<void> {
  const before = await home.snapshot();
  for (const args of commands) {
    const ended = await home.run(args, options);
    assertRefused(ended, message, args.join(" "));
    assertEquals(await home.snapshot(), before, args.join(" "));
  }
}

function assertRefused({ code, stdout, stderr }: Ended, message: RegExp, what: string): void {
  assertEquals([code, stdout], [1, ""], `${what}: ${stderr}`);
  assertMatch(stderr, /^codemem: .*\nhint: .*\n$/, what);
  assertMatch(stderr, message, what);
}

/** What it is, and the way out of it. */
const DAMAGED = /damaged or is not a database[^]*hint: Run `codemem restore FILE --stop`/;

Deno.test("a file that is not a database is refused and stays as it is", async () => {
  await using home = await Home.make();
  await Deno.writeTextFile(home.path("codemem.db"), "this is not a database\n".repeat(1000));
  await assertAllRefused(home, [...READING, ...WRITING], DAMAGED);
});

Deno.test("a database with a destroyed page is refused", async () => {
  await using home = await Home.make();
  for (let count = 0; count < 4; count++) await home.text("remember", "x".repeat(20_000));
  const path = home.path("codemem.db");
  const bytes = await Deno.readFile(path);
  await Deno.writeFile(path, bytes.fill(0x55, 100, bytes.length));
  await assertAllRefused(home, [["recent"], ["remember", "y"]], DAMAGED);
});

Deno.test("a digest that is not that of the memories is told with the way out, whatever finds it", async () => {
  await using home = await SyncHome.named("home");
  await home.text("remember", "x");
  const found = async (change: string, message: RegExp, ...commands: readonly string[][]) => {
    home.sql(`UPDATE replication_digest SET ${change}`);
    for (const args of commands) {
      const { code, stderr } = await home.run(args);
      assertEquals(code, 1, args.join(" "));
      assertMatch(stderr, message, args.join(" "));
      assertMatch(stderr, /^hint: Run `codemem restore FILE --stop`/m, args.join(" "));
    }
  };
  const checks = [["sync", "verify"], ["backup", "b.db"]];
  await found("live = live + 1", /digest is not that of the memories/, ...checks);
  await found("sum = 'none'", /Cannot read the digest/, ["remember", "y"], ["sync", "status"]);
});

Deno.test("a database of a newer version is refused and stays as it is", async () => {
  await using home = await Home.make();
  await home.text("remember", "x");
  const path = home.path("codemem.db");
  using file = await Deno.open(path, { write: true });
  // The user version, at offset 60 of the header (sqlite.org/fileformat.html §1.3).
  await file.seek(60, Deno.SeekMode.Start);
  await file.write(new Uint8Array([0, 0, 0x27, 0x0f]));
  await assertAllRefused(home, [...READING, ...WRITING], /its schema is 9999/);
});

Deno.test("a folder in place of the database is refused", async () => {
  await using home = await Home.make();
  await Deno.mkdir(home.path("codemem.db"));
  await assertAllRefused(home, [["recent"], ["remember", "x"]], /Cannot use the database/);
});

Deno.test("a file in place of the home folder is refused", async () => {
  await using home = await Home.make();
  await Deno.writeTextFile(home.path("file"), "");
  const env = { CODEMEM_HOME: home.path("file/below") };
  await assertAllRefused(home, [["recent"], ["remember", "x"]], /Cannot make the folder/, { env });
});

const through = await obeysPermissions();

Deno.test(
  skipUnless(
    through !== undefined,
    "needs setpriv",
    "a database that may not be written is refused",
  ),
  async () => {
    await using home = await Home.make();
    await home.text("remember", "x");
    await Deno.chmod(home.path("codemem.db"), 0o400);
    await Deno.chmod(home.folder, 0o500);
    try {
      const options = through === undefined ? {} : { through };
      await assertAllRefused(home, WRITING, /cannot be written/, options);
    } finally {
      await Deno.chmod(home.folder, 0o700);
    }
  },
);
