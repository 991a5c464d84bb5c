import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { pause } from "../../lib/time/pause.ts";
import { cloneHome, restoreByHand } from "../support/devices/cloned_home.ts";
import { eventually } from "../support/eventually.ts";
import { pairHomes, type PassJson, SyncHome } from "../support/devices/sync_home.ts";

interface StatusJson {
  readonly device_id: string;
  readonly forked_at: string | null;
  readonly copy_seen_at: string | null;
  readonly last_error: string | null;
  readonly peers: readonly {
    readonly copy_seen_at: string | null;
    readonly state: string;
    readonly last_error: string | null;
    readonly identical_live: number | null;
  }[];
}

const COMMAND = "codemem sync identity new --yes";

Deno.test("a database that was restored by hand is noticed at the first contact, on both sides", async () => {
  await using homes = await pairedHomes();
  const { alice, bob } = homes;
  await bob.text("remember", "before the copy");
  await bob.syncOnce();
  await Deno.copyFile(bob.path("codemem.db"), bob.path("copy.db"));
  await bob.text("remember", "lost by the restore");
  await bob.syncOnce();
  await restoreByHand(bob, bob.path("copy.db"));
  await bob.text("remember", "written after it");
  const held = await alice.text("export");

  assertForked(await bob.run(["sync", "once", "--json"]));
  assertEquals(await alice.text("export"), held, "nothing was exchanged");
  await assertToldOnBothSides(alice, bob);
  assertForked(await bob.run(["sync", "verify", "--json"]));
  for (const command of [["pair"], ["pair", "--accept", "cm1.x"]]) {
    const refused = await bob.run(["sync", ...command]);
    assertEquals(refused.code, 3, refused.stderr);
    assertStringIncludes(refused.stderr, COMMAND);
  }
  await assertDoctorSays(bob);

  await bob.text("sync", "identity", "new", "--yes");
  await pairHomes(alice, bob);
  await bob.syncOnce();
  for (const home of [alice, bob]) {
    const found = await home.text("recent");
    for (const text of ["before the copy", "lost by the restore", "written after it"]) {
      assertStringIncludes(found, text);
    }
  }
  assertEquals((await bob.json<StatusJson>("sync", "status")).forked_at, null);
});

Deno.test("of a device and its clone, both writing, one is noticed, and a new identity puts it right", async () => {
  await using homes = await pairedHomes();
  const { alice, bob } = homes;
  await bob.syncOnce();
  await using clone = await cloneHome(bob, "clone");
  await bob.text("remember", "by the original");
  await clone.text("remember", "by the clone");
  await bob.syncOnce();
  for (let time = 0; time < 2; time++) {
    // Killed in the middle of its contact, it is none the wiser, and noticed the next time.
    await using contact = await clone.start(["sync", "once"], /^/);
    await contact.stop("SIGKILL");
    assertForked(await clone.run(["sync", "once", "--json"]));
  }
  await bob.syncOnce();
  await assertToldOfCopy(alice, bob);
  // Neither copy listens, so that alice finds none of them.
  alice.sql("UPDATE sync_peers SET state = 'offline'");
  assertInboundSpared((await bob.run(["sync", "doctor"])).stdout);
  const rotation = await clone.run(["sync", "rotate-keys", "--json"]);
  assertEquals(rotation.code, 3, "peers would follow the clone, and part with the original");
  assertStringIncludes(rotation.stderr, "device_forked");
  assert(!(await alice.text("recent")).includes("by the clone"), "nothing of it was merged");

  for (let time = 0; time < 3; time++) {
    await using renewal = await clone.start(["sync", "identity", "new", "--yes"], /^/);
    await pause(100 * time);
    await renewal.stop("SIGKILL");
  }
  await clone.text("sync", "identity", "new", "--yes");
  await pairHomes(alice, clone);
  await clone.syncOnce();
  await bob.syncOnce();
  for (const home of [alice, bob, clone]) {
    const found = await home.text("recent");
    for (const text of ["by the original", "by the clone"]) assertStringIncludes(found, text);
  }
});

Deno.test("a clone that is met first has the running original noticed, also where that is called", async () => {
  await using homes = await pairedHomes();
  const { alice, bob, serving } = homes;
  await using _original = await bob.serve();
  const isInTouch = async () =>
    (await alice.json<StatusJson>("sync", "status")).peers[0]!.state === "ok";
  await eventually("alice and bob are in touch", isInTouch);
  await using clone = await cloneHome(bob, "clone");
  await clone.syncOnce();
  await alice.text("remember", "something to tell");
  const status = () => bob.json<StatusJson>("sync", "status");
  await eventually("the original has noticed", async () => (await status()).forked_at !== null);
  await eventually("alice says so", async () => {
    const { peers } = await alice.json<StatusJson>("sync", "status");
    return peers[0]!.last_error?.includes("cloned") ?? false;
  });
  await serving.stop();
  assertForked(await alice.run(["sync", "once", "--json"]));
});

Deno.test("a running original that is told to go on is in touch again at once", async () => {
  await using homes = await pairedHomes();
  const { alice, bob } = homes;
  await using _original = await bob.serve();
  const status = (home: SyncHome) => home.json<StatusJson>("sync", "status");
  const stateOf = async (home: SyncHome) => (await status(home)).peers[0]!.state;
  await eventually("both are in touch", async () => await stateOf(alice) === "ok");
  await using clone = await cloneHome(bob, "clone");
  await clone.syncOnce();
  await alice.text("remember", "something to tell");
  await eventually("bob has noticed", async () => (await status(bob)).forked_at !== null);
  await bob.text("sync", "identity", "keep");
  // The next pass that nothing triggers would be an hour away.
  await eventually("bob has asked", async () => await stateOf(bob) === "ok");
  await eventually("alice has been told", async () => await stateOf(alice) === "ok");
  assert((await bob.text("recent")).includes("something to tell"));
});

Deno.test("a clone that knows less than the running original has shown is the one that is told so", async () => {
  await using homes = await pairedHomes();
  const { alice, bob } = homes;
  await using _original = await bob.serve();
  await using clone = await cloneHome(bob, "clone");
  for (const text of ["first", "second"]) await bob.text("remember", text);
  const status = () => bob.json<StatusJson>("sync", "status");
  await eventually(
    "alice has met what bob has now",
    async () => (await status()).peers[0]!.identical_live === 2,
  );
  await clone.text("remember", "by the clone");
  assertForked(await clone.run(["sync", "once", "--json"]));
  assertEquals((await clone.run(["sync", "rotate-keys"])).code, 3, "no peer is to follow it");
  await bob.text("remember", "third");
  await eventually("bob goes on", async () => (await status()).peers[0]!.identical_live === 3);
  assertEquals((await status()).forked_at, null);
  assert(!(await alice.text("recent")).includes("by the clone"), "nothing of it was merged");
});

Deno.test("an original whose clone has become another device goes on as it was", async () => {
  await using homes = await pairedHomes();
  const { alice, bob } = homes;
  await bob.text("remember", "before the copy");
  await bob.syncOnce();
  await using clone = await cloneHome(bob, "clone");
  await clone.text("remember", "by the clone");
  await clone.syncOnce();
  await bob.text("remember", "by the original");
  assertForked(await bob.run(["sync", "once", "--json"]));
  await clone.text("sync", "identity", "new", "--yes");
  await pairHomes(alice, clone);
  await clone.syncOnce();
  assertForked(await bob.run(["sync", "once", "--json"]));
  const { device_id: bobsId } = await bob.json<StatusJson>("sync", "status");

  for (let time = 0; time < 2; time++) {
    await using keeping = await bob.start(["sync", "identity", "keep"], /^/);
    await keeping.stop("SIGKILL");
  }
  await bob.text("sync", "identity", "keep");
  assertEquals((await bob.json<StatusJson>("sync", "status")).device_id, bobsId);
  await bob.syncOnce();
  await clone.syncOnce();
  for (const home of [alice, bob, clone]) {
    const found = await home.text("recent");
    for (const text of ["before the copy", "by the original", "by the clone"]) {
      assertStringIncludes(found, text);
    }
  }
  await bob.syncOnce();
  assertEquals((await bob.json<StatusJson>("sync", "status")).copy_seen_at, null, "it is settled");
  const { peers } = await alice.json<StatusJson>("sync", "status");
  // Neither of the two listens, so that alice may have found one offline since.
  assertEquals(peers.filter(({ state }) => state === "auth_failed"), []);
});

Deno.test("of two copies that both go on as the device, the one that was told so last does", async () => {
  await using homes = await pairedHomes();
  const { bob } = homes;
  await bob.syncOnce();
  await using clone = await cloneHome(bob, "clone");
  await clone.syncOnce();
  assertForked(await bob.run(["sync", "once", "--json"]));
  await bob.text("sync", "identity", "keep");
  await bob.syncOnce();
  assertForked(await clone.run(["sync", "once", "--json"]));
  await clone.text("sync", "identity", "keep");
  await clone.syncOnce();
  assertForked(await bob.run(["sync", "once", "--json"]));
});

Deno.test("a device of which no other copy has gone on has nothing to keep", async () => {
  await using bob = await SyncHome.named("bob");
  const before = await bob.json<StatusJson>("sync", "status");
  const kept = await bob.json<{ readonly was_forked: boolean }>("sync", "identity", "keep");
  assertEquals(kept.was_forked, false);
  assertEquals((await bob.json<StatusJson>("sync", "status")).device_id, before.device_id);
});

Deno.test("what a peer says without proof ends when this copy is said to go on", async () => {
  await using homes = await pairedHomes();
  const { alice, bob } = homes;
  await bob.syncOnce();
  await Deno.copyFile(bob.path("codemem.db"), bob.path("copy.db"));
  await bob.text("remember", "lost by the restore");
  await bob.syncOnce();
  await restoreByHand(bob, bob.path("copy.db"));
  // As where she had read on, and was killed before he told her how far his log goes.
  alice.sql("UPDATE sync_peers SET life = NULL");
  const { stdout, stderr } = await bob.run(["sync", "once", "--json"]);
  assertEquals(JSON.parse(stdout).peers[0].error, "fork_unproven", stderr);
  const kept = await bob.json<{ readonly was_forked: boolean }>("sync", "identity", "keep");
  assertEquals(kept.was_forked, true);
  await bob.syncOnce();
  assertStringIncludes(await bob.text("recent"), "lost by the restore");
});

Deno.test("a device that is killed again and again is never taken for a copy of itself", async () => {
  await using homes = await pairedHomes();
  const { bob } = homes;
  for (let time = 0; time < 6; time++) {
    await bob.text("remember", `memory ${time}`);
    await using contact = await bob.start(time % 2 === 0 ? ["sync", "once"] : ["serve"], /^/);
    await pause(60 * time);
    await contact.stop("SIGKILL");
  }
  const [{ pulled }] = await bob.syncOnce() as [PassJson];
  assertEquals(pulled, 0);
  assertEquals((await bob.json<StatusJson>("sync", "status")).forked_at, null);
});

/** Alice, who listens, and bob, who is paired with her. */
async function pairedHomes() {
  await using begun = new AsyncDisposableStack();
  const alice = begun.use(await SyncHome.named("alice"));
  const bob = begun.use(await SyncHome.named("bob"));
  const serving = begun.use(await alice.serve());
  await pairHomes(alice, bob);
  const held = begun.move();
  return { alice, bob, serving, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** The user of the copy that goes on has to learn of the other one, too, and so has the peer's. */
async function assertToldOfCopy(peer: SyncHome, original: SyncHome): Promise<void> {
  assertEquals((await original.json<StatusJson>("sync", "status")).forked_at, null);
  assertStringIncludes(
    await original.text("sync", "status"),
    "another machine uses a copy of this database",
  );
  assertStringIncludes(
    await peer.text("sync", "status"),
    "another copy of its database was refused",
  );
}

function assertForked({ code, stdout }: { readonly code: number; readonly stdout: string }): void {
  assertEquals(code, 3, stdout);
  assertEquals(JSON.parse(stdout).peers[0].error, "device_forked");
}

async function assertToldOnBothSides(alice: SyncHome, bob: SyncHome): Promise<void> {
  const own = await bob.json<StatusJson>("sync", "status");
  assert(own.forked_at !== null);
  assertStringIncludes(own.last_error!, "The database of bob was restored by hand");
  assertStringIncludes(await bob.text("sync", "status"), COMMAND);
  assertStringIncludes((await bob.run(["sync", "once"])).stderr, COMMAND);
  const [seen] = (await alice.json<StatusJson>("sync", "status")).peers;
  assertEquals(seen!.state, "auth_failed");
  assertStringIncludes(seen!.last_error!, "The database of bob was restored by hand");
}

async function assertDoctorSays(bob: SyncHome): Promise<void> {
  const { code, stdout } = await bob.run(["sync", "doctor"]);
  assertEquals(code, 3);
  assertStringIncludes(stdout, COMMAND);
}

/** What a peer cannot reach is, as far as anybody knows, the other copy. */
function assertInboundSpared(doctor: string): void {
  assertMatch(doctor, /– +inbound .*: alice may mean the other copy of this database/);
  assert(!/firewall|cannot reach this device/.test(doctor), doctor);
}
