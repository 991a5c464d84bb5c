import { assert, assertEquals } from "@std/assert";
import { digestsEqual } from "../../lib/model/digest.ts";
import { openStore, type Store } from "../../lib/store/store.ts";
import { Random } from "../support/random.ts";
import { memoryStore, TempFolder, wireOps } from "../support/devices/stores.ts";

/** What one step of a workload is: each is one transaction, or nothing but housekeeping. */
function* workload(store: Store, random: Random): Generator<string> {
  const peer = memoryStore();
  for (let round = 0; round < 8; round++) {
    const body = `${random.word()} `.repeat(1 + random.below(1_500));
    const { id } = store.memories.remember({ kind: "note", title: `${round}`, body });
    yield "remember";
    store.memories.edit(id, { body: `${body} edited` });
    yield "edit";
    for (let count = 0; count < 5; count++) {
      peer.memories.remember({ kind: "note", title: random.word(), body });
    }
    store.apply([...wireOps(peer), "unreadable"], { peerDeviceId: "peer" });
    yield "apply";
    if (round % 2 === 1) {
      store.memories.forget([id]);
      yield "forget";
    }
    store.log.prune({ olderThanMs: -1_000, limit: 2 });
    yield "prune";
  }
}

/** The database as a power cut would leave it: without the memory that processes share. */
function copyAsOf(path: string, target: string): void {
  for (const suffix of ["", "-wal"]) {
    try {
      Deno.copyFileSync(path + suffix, target + suffix);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

function checkWhole(store: Store, what: string): void {
  assertEquals(store.integrityProblems(), [], what);
  assert(store.digestHolds(), what);
  const standing = store.stats().digest;
  assertEquals(wireOps(store).length, standing.live + standing.tombstones, what);
}

Deno.test("a copy of database and log taken after any step is whole and has lost nothing", () => {
  using folder = new TempFolder();
  const random = new Random(42);
  const path = folder.file("a.db");
  const store = openStore({ path, randomUuid: random.uuid });
  let steps = 0;
  for (const what of workload(store, random)) {
    const target = folder.file(`copy-${steps++}.db`);
    copyAsOf(path, target);
    const copy = openStore({ path: target });
    checkWhole(copy, `${steps}: ${what}`);
    assert(digestsEqual(copy.stats().digest, store.stats().digest), `${steps}: ${what}`);
    assertEquals(copy.quarantine.count(), store.quarantine.count());
    copy.memories.remember({ kind: "note", title: "goes on", body: "" });
    copy.close();
  }
  store.close();
});

Deno.test("a log that was cut anywhere leaves a whole database, at an earlier step", () => {
  using folder = new TempFolder();
  const random = new Random(43);
  const path = folder.file("a.db");
  const store = openStore({ path, randomUuid: random.uuid });
  const digests = [store.stats().digest];
  for (let count = 0; count < 12; count++) {
    const body = `${random.word()} `.repeat(1 + random.below(800));
    store.memories.remember({ kind: "note", title: `${count}`, body });
    digests.push(store.stats().digest);
  }
  const log = Deno.readFileSync(`${path}-wal`);
  for (let round = 0; round < 40; round++) {
    const target = folder.file(`cut-${round}.db`);
    Deno.copyFileSync(path, target);
    const length = random.below(log.length);
    // What a disk had not written yet may hold anything.
    const torn = log.slice();
    torn.set(random.bytes(Math.min(4_096, log.length - length)), length);
    Deno.writeFileSync(`${target}-wal`, round % 2 === 0 ? log.slice(0, length) : torn);
    const cut = openStore({ path: target });
    const isKnown = cut.stats().digest.live === 0 ||
      digests.some((digest) => digestsEqual(digest, cut.stats().digest));
    assert(isKnown, `cut at ${length}`);
    checkWhole(cut, `cut at ${length}`);
    cut.close();
  }
  store.close();
});

/** Writes for ever, and says after each step what it has done for good. */
const WRITER = `
  const { openStore } = await import(Deno.args[0]);
  const store = openStore({ path: Deno.args[1] });
  const encoder = new TextEncoder();
  const say = (text) => Deno.stdout.writeSync(encoder.encode(text + "\\n"));
  for (let count = 0;; count++) {
    const body = "words ".repeat(1 + count * 97 % 3_000);
    const { id } = store.memories.remember({ kind: "note", title: String(count), body });
    say("+" + id);
    if (count % 3 === 1) { store.memories.edit(id, { body: body + "edited" }); say("+" + id); }
    if (count % 5 === 2) { store.memories.forget([id]); say("-" + id); }
  }
`;

/** Runs the writer and kills it after it has said so many lines; resolves to what it said. */
async function writeAndKill(path: string, lines: number): Promise<string[]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["eval", "--no-check", WRITER],
      ...[import.meta.resolve("../../lib/store/store.ts"), path],
    ],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let said = "";
  const decoder = new TextDecoder();
  for await (const part of child.stdout) {
    said += decoder.decode(part, { stream: true });
    if (said.split("\n").length > lines) break;
  }
  child.kill("SIGKILL");
  await child.status;
  // The last line may have been cut.
  return said.split("\n").slice(0, -1);
}

Deno.test("a process that is killed while it writes loses nothing that it had reported", async () => {
  using folder = new TempFolder();
  const path = folder.file("a.db");
  let reported: string[] = [];
  for (const lines of [3, 40, 90]) {
    reported = [...reported, ...await writeAndKill(path, lines)];
    const store = openStore({ path });
    checkWhole(store, `after ${lines} lines`);
    const fates = new Map(reported.map((line) => [line.slice(1), line[0]]));
    for (const [id, fate] of fates) {
      const memory = store.memories.find(id);
      assert(memory !== undefined, `${id} is lost`);
      // A deletion that was not reported any more may have happened all the same.
      if (fate === "-") assert(memory.deletedAt !== null, `${id} is back`);
    }
    assert(store.scrub());
    store.close();
  }
  assert(reported.length > 100);
});
