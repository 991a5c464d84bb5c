import { assert, assertEquals, assertRejects } from "@std/assert";
import { CodememError } from "../../lib/errors.ts";
import { dial } from "../../lib/sync/ask/dial.ts";
import { wireOps } from "../support/devices/stores.ts";
import type { SimDevice } from "./sim_device.ts";
import { attempt, twoDevices } from "./two_devices.ts";

const HELD = 1_000;

/** Pages in both directions, and something that happens once, as soon as it is due. */
async function interrupted(
  isDue: (live: { readonly a: number; readonly b: number }) => boolean,
  happen: (a: SimDevice, b: SimDevice) => void,
) {
  let hasHappened = false;
  const [a, b] = await twoDevices({
    onTransit: () => {
      if (hasHappened || !isDue(live())) return;
      hasHappened = true;
      happen(a, b);
    },
  });
  const live = () => ({ a: a.store.stats().digest.live, b: b.store.stats().digest.live });
  for (let index = 0; index < HELD; index++) {
    a.store.memories.remember({ kind: "note", title: `a${index}`, body: "" });
    b.store.memories.remember({ kind: "note", title: `b${index}`, body: "" });
  }
  const { error } = await attempt(a, b);
  return { a, b, error, live: live() };
}

/** The first page is in, and the next one is on its way. */
const whilePulling = ({ a }: { readonly a: number }) => a > HELD;
const whilePushing = ({ b }: { readonly b: number }) => b > HELD;

Deno.test("a peer that is removed during a pull gives nothing and gets nothing any more", async () => {
  const { a, b, error, live } = await interrupted(whilePulling, (a, b) => {
    a.store.peers.remove(b.deviceId);
  });
  assertEquals(error?.code, "peer_removed");
  assert(live.a < 2 * HELD, `${live.a} are here`);
  assertEquals(live.b, HELD);
  assertEquals(a.store.cursors.of(b.deviceId), { pulled: null, pushed: null });
  assertEquals(a.store.attempts.list({ limit: 10 }), []);
});

Deno.test("a peer that is removed during a push gets no further page", async () => {
  const { a, b, error, live } = await interrupted(whilePushing, (a, b) => {
    a.store.peers.remove(b.deviceId);
  });
  assertEquals(error?.code, "peer_removed");
  assert(live.b < 2 * HELD, `${live.b} are there`);
  assertEquals(a.store.cursors.of(b.deviceId).pushed, null);
});

Deno.test("a peer whose key is replaced during a pass ends with the session of the old key", async () => {
  const { a, b, error, live } = await interrupted(whilePulling, (a, b) => {
    const { deviceId, name, publicKey } = a.store.peers.find(b.deviceId)!;
    const identity = { deviceId, name, publicKey, fingerprint: "of another key" };
    a.store.peers.pin(identity, { addresses: [], replaceKey: true });
  });
  assertEquals(error?.code, "peer_removed");
  assert(live.a < 2 * HELD, `${live.a} are here`);
  assertEquals(live.b, HELD);
  assertEquals(a.store.cursors.of(b.deviceId).pulled, null);
  assertEquals(a.store.peers.find(b.deviceId)!.state, "never");
});

Deno.test("a caller that is removed between two slices of what it hands over ends there", async () => {
  const [a, b] = await twoDevices();
  for (let index = 0; index < 2_000; index++) {
    a.store.memories.remember({ kind: "note", title: `a${index}`, body: "" });
  }
  const ops = wireOps(a.store).map((op) => JSON.stringify(op));
  const { signal } = new AbortController();
  const { session } = await dial(a.context, a.store.peers.find(b.deviceId)!, { signal });
  const ownersMind = setInterval(() => {
    if (b.store.stats().digest.live > 0) b.store.peers.remove(a.deviceId);
  }, 0);
  try {
    const error = await assertRejects(() => session.push(ops), CodememError);
    assertEquals(error.code, "peer_removed");
    assert(b.store.stats().digest.live < 2_000);
  } finally {
    clearInterval(ownersMind);
  }
});
