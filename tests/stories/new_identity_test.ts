import { assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { isLocked } from "../../lib/daemon/lock.ts";
import { pairHomes, SyncHome } from "../support/devices/sync_home.ts";
import { eventually } from "../support/eventually.ts";
import { exists } from "../support/system/exists.ts";
import { StubProgram } from "../support/system/stub_program.ts";

interface IdentityJson {
  readonly device_id: string;
  readonly fingerprint: string | null;
  readonly previous_device_id: string;
}

for (const renewal of ["identity new", "rotate-keys --compromised"]) {
  Deno.test(`what "sync ${renewal}" says is all that is needed to be one of the others again`, async () => {
    await using alice = await SyncHome.named("alice");
    await using bob = await SyncHome.named("bob");
    await bob.text("sync", "start");
    try {
      await pairHomes(bob, alice);
      const { device_id: before } = await bob.json<IdentityJson>("sync", "status");
      const renewed = await bob.run(["sync", ...renewal.split(" "), "--yes"]);
      assertEquals(renewed.code, 0, renewed.stderr);
      assertStringIncludes(renewed.stdout, before);
      assertStringIncludes(renewed.stderr, "`codemem sync pair`");
      const removal = removalIn(renewed.stderr);

      const { payload } = await bob.invite();
      const paired = await alice.accept(payload);
      assertEquals(removalIn(paired.stderr), removal);
      const failed = await alice.run(["sync", "once"]);
      assertEquals(failed.code, 3);
      assertMatch(failed.stdout, /^bob \([0-9a-f]{8}\): failed$/m);
      assertEquals(removalIn(failed.stderr), removal);
      const unclear = await alice.run(["sync", "peers", "remove", "bob"]);
      assertEquals(unclear.code, 2);
      assertStringIncludes(unclear.stderr, `${before} (auth failed)`);

      const removed = await alice.shell(removal);
      assertEquals(removalIn(removed.stderr), removal, "other devices are to do the same");
      assertEquals((await alice.run(["sync", "once"])).code, 0);
    } finally {
      await bob.text("sync", "stop");
    }
  });
}

Deno.test("a new identity of a device that was never paired asks for nothing", async () => {
  await using home = await SyncHome.named("home");
  assertEquals((await home.run(["sync", "identity", "new", "--yes"])).stderr, "");
  const { device_id: before } = await home.json<IdentityJson>("sync", "status");
  const renewed = await home.json<IdentityJson>("sync", "identity", "new", "--yes");
  assertEquals(renewed.previous_device_id, before);
  assertNotEquals(renewed.device_id, before);
});

Deno.test("a new identity after the database was lost names the device that others still trust", async () => {
  await using home = await SyncHome.named("home");
  const { device_id: lost } = await home.json<IdentityJson>("sync", "status");
  await Deno.remove(home.path("codemem.db"));
  await home.text("remember", "by an agent that did not know");
  const { code, stdout, stderr } = await home.run(["sync", "identity", "new", "--yes"]);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, `before       ${lost}\n`);
  assertEquals(removalIn(stderr), `codemem sync peers remove ${lost}`);
});

Deno.test("an interruption after the new id was written is heard when the identity is whole", async () => {
  await using alice = await SyncHome.named("alice");
  await using home = await SyncHome.named("home");
  await using _serve = await alice.serve();
  await pairHomes(alice, home);
  const { device_id: before } = await home.json<IdentityJson>("sync", "status");
  // The keychain is asked for the first time when the old identity has been given up.
  await using tool = await StubProgram.make("secret-tool", "exec sleep 60");
  const env = { PATH: tool.path, DBUS_SESSION_BUS_ADDRESS: "unix:path=/nowhere" };
  await using renewal = await home.start(["sync", "identity", "new", "--yes"], /^/, { env });
  await eventually("the keychain is asked", () => exists(`${tool.folder}/calls/1`));
  const { code } = await renewal.stop("SIGINT");
  assertEquals(code, 130);
  const { device_id: now, fingerprint } = await home.json<IdentityJson>("sync", "status");
  assertNotEquals(now, before);
  assertNotEquals(fingerprint, null);
  for (const told of [`device id    ${now}\n`, "The old identity is given up", "Interrupted\n"]) {
    assertStringIncludes(renewal.output, told);
  }
  assertEquals(removalIn(renewal.output), `codemem sync peers remove ${before}`);
});

Deno.test("an interruption before the old identity is given up leaves it", async () => {
  await using home = await SyncHome.named("home");
  const before = await home.json<IdentityJson>("sync", "status");
  using lock = await Deno.open(home.path("keys/.lock"), { read: true, write: true, create: true });
  await lock.lock(true);
  await using renewal = await home.start(["sync", "identity", "new", "--yes"], /^/);
  await eventually("it holds the device", async () => await isLocked(home.path("daemon.lock")));
  await renewal.stop("SIGINT");
  await lock.unlock();
  const after = await home.json<IdentityJson>("sync", "status");
  assertEquals([after.device_id, after.fingerprint], [before.device_id, before.fingerprint]);
});

Deno.test("where a keychain fails after the new id was written, the id and the way to a key are told", async () => {
  await using home = await SyncHome.named("home");
  const env = {
    CODEMEM_SYNC_KEY_STORE: "keychain",
    DBUS_SESSION_BUS_ADDRESS: "unix:path=/nowhere",
  };
  // It is found empty twice, and then nobody answers any more.
  await using tool = await StubProgram.make(
    "secret-tool",
    "[ $calls -le 2 ] || echo no >&2; exit 1",
  );
  const { code, stderr } = await home.run(["sync", "identity", "new", "--yes"], {
    env: { ...env, PATH: tool.path },
  });
  assertEquals(code, 1, stderr);
  const { device_id, fingerprint } = await home.json<IdentityJson>("sync", "status");
  assertEquals(fingerprint, null);
  assertStringIncludes(stderr, `The device has a new id already, ${device_id}, and no key yet`);
  await home.text("sync", "enable");
  const made = await home.json<IdentityJson>("sync", "status");
  assertEquals([made.device_id, made.fingerprint === null], [device_id, false]);
});

/** The command that a message names, as it is to be copied. */
function removalIn(text: string): string {
  const named = /`(codemem sync peers remove [0-9a-f-]{36})`/;
  assertMatch(text, named);
  return named.exec(text)![1]!;
}
