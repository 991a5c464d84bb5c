/** What must not be told is planted, and looked for in everything that is told. */
import { assert, assertEquals } from "@std/assert";
import { createPrivateKey } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { eventually } from "../support/eventually.ts";
import { type Answerer, type Caller, send, signed } from "../support/attackers/raw_client.ts";
import { pairHomes, SyncHome } from "../support/devices/sync_home.ts";

/** Stands in every text of a memory. */
const MARK = "walrus-tusk-4711";

Deno.test("no key, no token and no text of a memory is told to anybody who did not ask for it", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await alice.text("config", "set", "log_level", "debug");
  await using serving = await alice.serve();
  await pairHomes(alice, bob);
  const { payload } = await alice.invite();
  await plantMemories(alice);
  await bob.syncOnce();
  await plantHostileOps(alice, bob);
  await bob.accept(payload.slice(0, -3));
  const used = await bob.accept(payload);
  assertEquals(used.code, 0, used.stderr);
  await damageRow(alice);

  const told = await everythingTold(alice);
  told.set("output of serve", serving.output);
  const secrets = [...await secretsOf(alice), ...await secretsOf(bob), ...tokenIn(payload)];
  for (const [place, text] of told) {
    assert(text.length > 0, `${place} says nothing`);
    for (const [name, secret] of [...secrets, ["memory text", MARK]] as const) {
      assert(!text.includes(secret), `${place} holds ${name}`);
    }
  }
  const bundle = JSON.parse(told.get("bundle")!);
  for (const part of ["version", "settings", "status", "attempts", "doctor", "log", "stderr"]) {
    assert(bundle[part] !== undefined, part);
  }
  assert(bundle.log.lines.length > 0);

  // An export is of memories alone.
  const exported = await bob.text("export", "--include-deleted");
  assert(exported.includes(MARK));
  for (const [name, secret] of secrets) assert(!exported.includes(secret), `export holds ${name}`);
});

Deno.test("a bundle is for its owner alone, replaces nothing, and is made without a database, too", async () => {
  await using home = await SyncHome.named("home", { enable: false });
  await home.run(["sync", "doctor", "--bundle", "bundle.json"]);
  const { mode } = await Deno.stat(home.path("bundle.json"));
  assertEquals(mode! & 0o777, 0o600);
  assertEquals(JSON.parse(await Deno.readTextFile(home.path("bundle.json"))).status, null);
  const again = await home.run(["sync", "doctor", "--bundle", "bundle.json"]);
  assertEquals([again.code, again.stdout], [2, ""]);
  assertEquals((await home.run(["sync", "doctor", "--bundle", "missing/bundle.json"])).code, 1);
  const { code, stderr } = await home.run(["sync", "doctor", "--bundle", ""]);
  assertEquals(code, 2, `a bundle that was not written is told of: ${stderr}`);
});

/** A memory of which every field holds the mark, one that was changed, one that was forgotten. */
async function plantMemories(home: SyncHome): Promise<void> {
  const fields = [
    "title",
    "subtitle",
    "narrative",
    "fact",
    "concept",
    "file-read",
    "project",
    "tag",
  ];
  const options = fields.flatMap((name) => [`--${name}`, `${name} ${MARK}`]);
  const { id } = await home.json<{ id: string }>("remember", `body ${MARK}`, ...options);
  await home.text("edit", id, "--title", `again ${MARK}`);
  const { id: other } = await home.json<{ id: string }>("remember", `forgotten ${MARK}`);
  await home.text("forget", other);
  await home.text("search", MARK);
}

/** Ops that cannot be applied, each for a reason of its own, as a peer would send them. */
async function plantHostileOps(alice: SyncHome, bob: SyncHome): Promise<void> {
  const clock = { rev: 1, updated_at: "2026-01-01T00:00:00.000Z", device_id: "bob" };
  const op = {
    entity_type: "memory",
    entity_id: "memory",
    op_type: "upsert",
    clock,
    device_id: "bob",
  };
  const ops = [
    { ...op, op_id: "1", payload: { kind: "note", title: MARK, body: 7 } },
    { ...op, op_id: "2", payload: MARK },
    { ...op, op_id: "3", op_type: "delete", payload: { title: MARK } },
    { ...op, op_id: "4", entity_type: "bookmark", payload: { title: MARK } },
    { ...op, op_id: "5", clock: { ...clock, rev: MARK }, payload: {} },
    MARK,
  ];
  const caller = await callerOf(bob);
  const answerer = await answererOf(alice);
  const body = JSON.stringify({ ops });
  const options = { recipient: answerer.identity.deviceId, method: "POST", target: "/v1/ops" };
  const { status, json } = await send(answerer, signed(caller, { ...options, body }));
  assertEquals([status, (json!.quarantined as unknown[]).length], [200, 6]);
  const broken = await send(answerer, signed(caller, { ...options, body: `{"ops":[${MARK}` }));
  assertEquals(broken.status, 400);
  assert(!broken.text.includes(MARK), "a refusal quotes what it could not read");
}

/** A row that something else has written over: whoever reads it fails. */
async function damageRow(home: SyncHome): Promise<void> {
  const database = new DatabaseSync(home.path("codemem.db"));
  database.prepare("UPDATE memories SET facts = ? WHERE deleted_at IS NULL").run(`${MARK} no JSON`);
  database.close();
  const failed = await home.run(["recent", "--json"]);
  assertEquals(failed.code, 1);
  assert(!failed.stderr.includes(MARK), "an error quotes what it could not read");
}

/** All that the device tells of itself, by where it does. */
async function everythingTold(home: SyncHome): Promise<Map<string, string>> {
  const told = new Map<string, string>();
  for (
    const command of [
      ["sync", "status"],
      ["sync", "status", "--json"],
      ["sync", "attempts"],
      ["sync", "attempts", "--json"],
      ["sync", "peers", "list", "--json"],
      ["config", "list", "--json"],
      ["sync", "doctor", "--json", "--bundle", "bundle.json"],
    ]
  ) {
    const { stdout, stderr } = await home.run(command);
    told.set(command.join(" "), stdout + stderr);
  }
  told.set("bundle", await Deno.readTextFile(home.path("bundle.json")));
  told.set("daemon.json", await Deno.readTextFile(home.path("daemon.json")));
  for await (const { name } of Deno.readDir(home.path("logs"))) {
    if (name === "codemem.log") told.set(name, await Deno.readTextFile(home.path(`logs/${name}`)));
  }
  for (const path of ["/sync", "/api/sync/status", "/api/sync/attempts", "/api/sync/peers"]) {
    await eventually(`${path} answers`, async () => {
      const response = await fetch(`${home.viewer}${path}`);
      told.set(path, await response.text());
      return response.ok;
    });
  }
  return told;
}

/** What nobody may be told of a device, in every spelling, by what it is. */
async function secretsOf(home: SyncHome): Promise<[name: string, secret: string][]> {
  const pem = await Deno.readTextFile(home.path("keys/device.key"));
  const [, base64 = ""] = pem.split("\n");
  const seed = Uint8Array.fromBase64(base64).slice(-32);
  const database = new DatabaseSync(home.path("codemem.db"), { readOnly: true });
  const { key } = database.prepare("SELECT discovery_key AS key FROM sync_device").get()!;
  database.close();
  const spellings = (name: string, bytes: Uint8Array): [string, string][] => [
    [name, bytes.toHex()],
    [name, bytes.toBase64().replace(/=+$/, "")],
    [name, bytes.toBase64({ alphabet: "base64url", omitPadding: true })],
  ];
  return [
    ["the private key", base64],
    ...spellings(`the private key of ${home.name}`, seed),
    ...spellings(`the discovery key of ${home.name}`, key as Uint8Array),
  ];
}

function tokenIn(payload: string): [name: string, secret: string][] {
  const bytes = Uint8Array.fromBase64(payload.slice("cm1.".length), { alphabet: "base64url" });
  const { token } = JSON.parse(new TextDecoder().decode(bytes)) as { token: string };
  return [["the token of an invitation", token], ["an invitation", payload.slice(4, 60)]];
}

async function callerOf(home: SyncHome): Promise<Caller> {
  const { device_id: deviceId } = await home.json<{ device_id: string }>("sync", "status");
  const privateKey = createPrivateKey(await Deno.readTextFile(home.path("keys/device.key")));
  return { deviceId, privateKey };
}

async function answererOf(home: SyncHome): Promise<Answerer> {
  const { deviceId } = await callerOf(home);
  const database = new DatabaseSync(home.path("codemem.db"), { readOnly: true });
  const row = database.prepare("SELECT certificate FROM sync_device").get()!;
  database.close();
  return { address: home.address, identity: { deviceId, certificatePem: String(row.certificate) } };
}

Deno.test("a bundle is made without a log that cannot be read, and says so", async () => {
  await using home = await SyncHome.named("alice");
  await Deno.mkdir(home.path("logs/codemem.log"), { recursive: true });
  const { stderr } = await home.run(["sync", "doctor", "--bundle", "bundle.json"]);
  const bundle = await Deno.readTextFile(home.path("bundle.json")).catch(() => stderr);
  assertEquals(JSON.parse(bundle).log, { lines: [], left_out: 1 });
});
