/** The way to a peer, probed over real sockets: where it ends, and what is said about it. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { parseAddress } from "../../lib/model/address.ts";
import { type AddressProbe, probeAddress } from "../../lib/doctor/probe_address.ts";
import {
  isPassed,
  peerFailure,
  probePeers,
  stagesInContext,
} from "../../lib/doctor/probe_peers.ts";
import { newAuthority } from "../support/attackers/authority.ts";
import { pair, startDevice, type TestDevice } from "../support/devices/device.ts";
import { freePort } from "../support/system/free_port.ts";

const ALL = ["resolve", "tcp", "tls", "signature", "clock", "protocol", "digest"];

Deno.test("between two devices that sync every stage is passed, and has its time", async () => {
  await using alice = await startAsker();
  await using bob = await startDevice("bob");
  await pair(bob, alice);
  const { address, stages } = await probe(alice, bob);
  assertEquals(address, bob.address);
  assertEquals(stages.map(({ stage }) => stage), ALL);
  for (const { stage, outcome, elapsedMs } of stages) {
    assertEquals([outcome, elapsedMs >= 0], ["ok", true], stage);
  }
  bob.store.memories.remember({ kind: "decision", title: "new", body: "secret words" });
  const { stages: later } = await probe(alice, bob);
  const last = later.at(-1)!;
  assertEquals([last.stage, last.outcome], ["digest", "warning"]);
  assertMatch(last.detail, /live memories: 0 here, 1 there/);
  assertMatch(last.hint!, /codemem sync once/);
});

Deno.test("the certificate of a peer that was never met is learned on the way", async () => {
  await using alice = await startAsker();
  await using bob = await startDevice("bob");
  await pair(bob, alice);
  const known = peerOf(alice, bob);
  const { stages } = await probe(alice, bob, bob.address, { ...known, certificate: null });
  assertEquals(stages.map(({ stage }) => stage), ALL);
  assertEquals(stages.filter(({ outcome }) => outcome !== "ok"), []);
});

Deno.test("a name that leads nowhere ends the way at its first stage", async () => {
  await using alice = await startAsker();
  await using bob = await startDevice("bob");
  await pair(bob, alice);
  assertFailed(await probe(alice, bob, "nobody.invalid:7337"), {
    passed: [],
    stage: "resolve",
    code: "unreachable",
    hint: /Check the name/,
  });
});

Deno.test("a peer that does not run refuses the connection", async () => {
  await using alice = await startAsker();
  await using bob = await startDevice("bob");
  await pair(bob, alice);
  assertFailed(await probe(alice, bob, `localhost:${freePort()}`), {
    passed: ["resolve"],
    stage: "tcp",
    code: "unreachable",
    hint: /`codemem sync start` on bob/,
  });
});

Deno.test("a program that speaks no TLS is not taken for the peer", async () => {
  await using alice = await startAsker();
  await using bob = await startDevice("bob");
  await pair(bob, alice);
  await using http = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response("hello"),
  );
  assertFailed(await probe(alice, bob, `127.0.0.1:${http.addr.port}`), {
    passed: ["resolve", "tcp"],
    stage: "tls",
    code: "unreachable",
    hint: /Another program answers there/,
  });
});

Deno.test("a server with another certificate is not taken for the peer", async () => {
  await using alice = await startAsker();
  await using bob = await startDevice("bob");
  await pair(bob, alice);
  const { cert, key } = await (await newAuthority()).issue("codemem.example");
  await using https = Deno.serve(
    { hostname: "127.0.0.1", port: 0, cert, key, onListen() {} },
    () => new Response("hello"),
  );
  assertFailed(await probe(alice, bob, `127.0.0.1:${https.addr.port}`), {
    passed: ["resolve", "tcp"],
    stage: "tls",
    code: "untrusted_certificate",
    hint: /new identity.*somebody else/,
  });
});

Deno.test("another device of one's own at the address is told from a stranger", async () => {
  await using alice = await startAsker();
  await using bob = await startDevice("bob");
  await using carol = await startDevice("carol");
  await pair(bob, alice);
  await pair(carol, alice);
  const failure = assertFailed(await probe(alice, bob, carol.address), {
    passed: ["resolve", "tcp"],
    stage: "tls",
    code: "untrusted_certificate",
    hint: /remove its old entry: `codemem sync peers remove .*pair with the right device again/,
  });
  assertEquals(failure.error?.details.another_device, true);
});

Deno.test("a program that accepts and says nothing is given up after a few seconds", async () => {
  await using alice = await startAsker();
  await using bob = await startDevice("bob");
  await pair(bob, alice);
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const startMs = performance.now();
  assertFailed(await probe(alice, bob, `127.0.0.1:${silent.addr.port}`), {
    passed: ["resolve", "tcp"],
    stage: "tls",
    code: "timed_out",
    hint: /accepts and is silent: run `codemem sync restart --force` on bob/,
  });
  assert(performance.now() - startMs < 30_000);
});

Deno.test("a peer that has removed this device refuses its signature", async () => {
  await using alice = await startAsker();
  await using bob = await startDevice("bob");
  await pair(bob, alice);
  bob.store.peers.remove(alice.store.deviceId);
  assertFailed(await probe(alice, bob), {
    passed: ["resolve", "tcp", "tls"],
    stage: "signature",
    code: "peer_removed",
    hint: /bob has removed this device: run `codemem sync pair`/,
  });
});

for (const [skewS, outcome] of [[60, "warning"], [-600, "failed"]] as const) {
  Deno.test(`a clock that is ${skewS} s off is a stage that ends as ${outcome}`, async () => {
    // Clocks that stand still: how long a request takes does not count.
    const nowMs = Date.now();
    await using alice = await startAsker(() => nowMs);
    await using bob = await startDevice("bob", { nowMs: () => nowMs + skewS * 1_000 });
    await pair(bob, alice);
    const { stages } = await probe(alice, bob);
    const clock = stages.find(({ stage }) => stage === "clock")!;
    assertEquals(clock.outcome, outcome);
    assertMatch(clock.detail, skewS > 0 ? / 60 s ahead of/ : / 600 s behind/);
    assertMatch(clock.hint!, /Set the clock/);
    const shown = outcome === "failed" ? ALL.slice(0, 5) : ALL;
    assertEquals(stages.map(({ stage }) => stage), shown);
  });
}

Deno.test("a stale address beside one that works is no failure of the peer", async () => {
  await using alice = await startAsker();
  await using bob = await startDevice("bob");
  await pair(bob, alice);
  const stale = `127.0.0.1:${freePort()}`;
  const peer = peerOf(alice, bob);
  const addresses = [stale, ...peer.addresses];
  const [found] = await probePeers([{ ...peer, addresses }], tools(alice));
  const { addresses: probes } = found!;
  assertEquals(probes.map(isPassed).toSorted(), [false, true]);
  assertEquals(peerFailure(found!), undefined);
  const failing = probes.find((each) => !isPassed(each))!;
  assertEquals(failing.address, stale);
  assertEquals(stagesInContext(found!, failing).at(-1)?.outcome, "skipped");
});

Deno.test("a stale address beside one at which the peer refuses is no failure of its own", async () => {
  await using alice = await startAsker();
  await using bob = await startDevice("bob");
  await pair(bob, alice);
  bob.store.peers.remove(alice.store.deviceId);
  const peer = peerOf(alice, bob);
  const addresses = [`127.0.0.1:${freePort()}`, ...peer.addresses];
  const [found] = await probePeers([{ ...peer, addresses, lastGoodAddress: null }], tools(alice));
  const outcomes = found!.addresses.map((each) => stagesInContext(found!, each).at(-1)?.outcome);
  assertEquals(outcomes, ["skipped", "failed"]);
  assertEquals(peerFailure(found!)?.message, "bob has removed this device");
});

Deno.test("more addresses than are tried at once are all tried, in their order", async () => {
  await using alice = await startAsker();
  await using bob = await startDevice("bob");
  await pair(bob, alice);
  const peer = { ...peerOf(alice, bob), lastGoodAddress: null };
  const addresses = Array.from({ length: 11 }, (_, index) => `127.0.0.1:${index + 1}`);
  const [found] = await probePeers([{ ...peer, addresses: [] }], {
    ...tools(alice),
    discovered: (deviceId) => deviceId === bob.store.deviceId ? addresses : [],
  });
  assertEquals(found!.addresses.map(({ address }) => address), addresses);
  assertEquals(peerFailure(found!)?.code, "unreachable");
});

Deno.test("a probe writes nothing here, whether it succeeds or fails", async () => {
  await using alice = await startAsker();
  await using bob = await startDevice("bob", { nowMs: () => Date.now() + 60_000 });
  await pair(bob, alice);
  const before = written(alice);
  const elsewhere = `127.0.0.1:${freePort()}`;
  const peer = { ...peerOf(alice, bob), certificate: null };
  const addresses = [elsewhere, bob.address];
  await probePeers([{ ...peer, addresses, lastGoodAddress: null }], tools(alice));
  assertEquals(written(alice), before);
});

/** A device that does nothing by itself, so that whatever changes has been changed by the probe. */
async function startAsker(nowMs?: () => number): Promise<TestDevice> {
  const clock = nowMs === undefined ? {} : { nowMs };
  return await startDevice("alice", { settings: { syncEnabled: false }, ...clock });
}

function written({ store }: TestDevice) {
  return [store.peers.list(), store.attempts.list({ limit: 10 }), store.device.record()];
}

function tools({ context }: TestDevice) {
  return {
    context,
    signal: new AbortController().signal,
    monotonicMs: () => performance.now(),
    os: "linux" as const,
    interfaces: [],
  };
}

function peerOf(device: TestDevice, peer: TestDevice) {
  return device.store.peers.find(peer.store.deviceId)!;
}

async function probe(
  device: TestDevice,
  peer: TestDevice,
  address = peer.address,
  known = peerOf(device, peer),
): Promise<AddressProbe> {
  return await probeAddress(known, parseAddress(address)!, tools(device));
}

interface Failure {
  readonly passed: readonly string[];
  readonly stage: string;
  readonly code: string;
  readonly hint: RegExp;
}

function assertFailed({ stages }: AddressProbe, { passed, stage, code, hint }: Failure) {
  const last = stages.at(-1)!;
  assertEquals(stages.map((each) => each.stage), [...passed, stage]);
  assertEquals(stages.slice(0, -1).filter(({ outcome }) => outcome !== "ok"), []);
  assertEquals([last.outcome, last.error?.code], ["failed", code]);
  assertMatch(last.hint!, hint);
  return last;
}
