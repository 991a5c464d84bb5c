import { assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { pairHomes, SyncHome } from "../support/devices/sync_home.ts";

interface IdentityJson {
  readonly device_id: string;
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

/** The command that a message names, as it is to be copied. */
function removalIn(text: string): string {
  const named = /`(codemem sync peers remove [0-9a-f-]{36})`/;
  assertMatch(text, named);
  return named.exec(text)![1]!;
}
