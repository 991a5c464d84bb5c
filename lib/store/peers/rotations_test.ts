import { assertEquals, assertThrows } from "@std/assert";
import { CodememError } from "../../errors.ts";
import type { RotationStatement } from "../../model/rotation.ts";
import { openStore, type Store } from "../store.ts";

const NOW_MS = Date.parse("2026-01-02T03:04:05.678Z");
const PEER = { deviceId: "peer", name: "peer", publicKey: "k0", fingerprint: "f0" };

function statement(store: Store, sequence: number, from: string, to: string): RotationStatement {
  return {
    ...{ deviceId: store.deviceId, sequence, oldPublicKey: from, newPublicKey: to },
    createdAt: "2026-01-02T03:04:05.678Z",
    oldSignature: new Uint8Array(64).fill(sequence),
    newSignature: new Uint8Array(64).fill(sequence + 1),
  };
}

function withStore(act: (store: Store) => void): void {
  const store = openStore({ path: ":memory:", nowMs: () => NOW_MS });
  store.device.setKey({
    ...{ publicKey: "k0", fingerprint: "f0", certificate: "c0" },
    ...{ keyStore: "file", keyStoreNote: null },
  });
  act(store);
  store.close();
}

Deno.test("a rotation changes the key of the device, and is kept in order", () => {
  withStore((store) => {
    const chain = [statement(store, 1, "k0", "k1"), statement(store, 2, "k1", "k2")];
    store.rotations.commit(chain[0]!, { fingerprint: "f1", certificate: "c1" });
    store.rotations.commit(chain[1]!, { fingerprint: "f2", certificate: "c2" });
    assertEquals(store.rotations.own(), chain);
    const { publicKey, fingerprint, certificate } = store.device.record();
    assertEquals([publicKey, fingerprint, certificate], ["k2", "f2", "c2"]);
    store.renewDevice();
    assertEquals(store.rotations.own(), [], "they are of the device that was");
  });
});

Deno.test("a rotation of a key that is not the device's changes nothing", () => {
  withStore((store) => {
    const stale = statement(store, 1, "other", "k1");
    const commit = () => store.rotations.commit(stale, { fingerprint: "f", certificate: "c" });
    assertEquals(assertThrows(commit, CodememError).code, "internal");
    assertEquals(store.rotations.own(), []);
    assertEquals(store.device.record().fingerprint, "f0");
  });
});

Deno.test("a peer is pinned anew by one step or several, and all else of it stays", () => {
  withStore((store) => {
    store.peers.pin(PEER, { addresses: ["10.0.0.1:7337"], replaceKey: false });
    store.peers.recordContact(PEER, { address: "10.0.0.1:7337", certificate: "c0" });
    store.cursors.move(PEER, { pulled: "e.7", pushed: "e.9" });
    const steps = [statement(store, 1, "k0", "k1"), statement(store, 2, "k1", "k2")];
    store.rotations.follow(PEER, { publicKey: "k2", fingerprint: "f2", steps });
    const peer = store.peers.find("peer")!;
    assertEquals(
      [peer.publicKey, peer.fingerprint, peer.certificate, peer.rotationAccepted, peer.rotatedAt],
      ["k2", "f2", null, 2, "2026-01-02T03:04:05.678Z"],
    );
    assertEquals(peer.addresses, ["10.0.0.1:7337"]);
    assertEquals(store.cursors.of("peer"), { pulled: "e.7", pushed: "e.9" });
    assertEquals(store.rotations.ofPeer("peer"), [
      { oldPublicKey: "k0", newPublicKey: "k1" },
      { oldPublicKey: "k1", newPublicKey: "k2" },
    ]);
    const again = () => store.rotations.follow(PEER, { publicKey: "k2", fingerprint: "f2", steps });
    assertEquals(assertThrows(again, CodememError).code, "peer_removed", "by the old pin");
  });
});

Deno.test("what was told and accepted only grows, and pairing anew begins anew", () => {
  withStore((store) => {
    store.peers.pin(PEER, { addresses: [], replaceKey: false });
    for (const sequence of [2, 1]) {
      store.rotations.recordTold("peer", sequence);
      store.rotations.recordAccepted("peer", sequence);
    }
    store.rotations.recordFork("peer");
    const peer = store.peers.find("peer")!;
    assertEquals([peer.rotationTold, peer.rotationAccepted], [2, 2]);
    assertEquals(peer.keyForkedAt, "2026-01-02T03:04:05.678Z");
    const steps = [statement(store, 3, "k0", "k1")];
    store.rotations.follow(PEER, { publicKey: "k1", fingerprint: "f1", steps });
    store.peers.remove("peer");
    store.peers.pin(PEER, { addresses: [], replaceKey: false });
    const anew = store.peers.find("peer")!;
    assertEquals(
      [anew.rotationTold, anew.rotationAccepted, anew.keyForkedAt, anew.rotatedAt],
      [0, 0, null, null],
    );
    assertEquals(store.rotations.ofPeer("peer"), []);
  });
});
