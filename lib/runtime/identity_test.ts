import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { TempFolder } from "../../tests/support/devices/stores.ts";
import { CodememError } from "../errors.ts";
import { fileKeyStore } from "../identity/file_key_store.ts";
import type { KeySlot } from "../identity/key_store.ts";
import type { Keychain } from "../identity/keychain.ts";
import { openStore, type Store } from "../store/store.ts";
import { ensureIdentity, type Identity, loadIdentity, renewIdentity } from "./identity.ts";
import type { IdentityPlace } from "./identity_place.ts";
import { rotateKeys } from "./rotate_keys.ts";

/** A folder for keys, and a store that goes with it. */
class Bench extends TempFolder implements IdentityPlace {
  readonly keysDir = this.file("keys");
  readonly store = openStore({ path: this.file("codemem.db") });
  readonly settings: IdentityPlace["settings"];

  constructor(syncKeyStore: IdentityPlace["settings"]["syncKeyStore"] = "auto") {
    super();
    this.settings = { deviceName: "alice", syncKeyStore };
  }

  /** What stands in a key file. */
  text(name: string): string {
    return Deno.readTextFileSync(`${this.keysDir}/${name}`);
  }

  write(name: string, text: string): void {
    Deno.writeTextFileSync(`${this.keysDir}/${name}`, text, { mode: 0o600 });
  }

  names(): string[] {
    return [...Deno.readDirSync(this.keysDir)].map(({ name }) => name).sort();
  }

  override [Symbol.dispose](): void {
    this.store.close();
    super[Symbol.dispose]();
  }
}

function placeOf({ store, keysDir, settings }: Bench): IdentityPlace {
  return { store, keysDir, settings };
}

/** A keychain of folders. @param onRead called once a key has been read, before it is returned */
function slowKeychain(bench: Bench, onRead: () => Promise<void> | undefined): Keychain {
  return {
    ruledOut: undefined,
    open(deviceId) {
      const keys = fileKeyStore(bench.file(deviceId));
      const read = async (slot: KeySlot) => {
        const key = await keys.read(slot);
        await onRead();
        return key;
      };
      return { ...keys, name: "keychain", read };
    },
  };
}

Deno.test("who asks for the keychain does not get a file instead", async () => {
  using bench = new Bench("keychain");
  const error = await assertRejects(() => ensureIdentity(bench), CodememError);
  assertEquals(error.code, "keychain_unavailable");
  assertEquals(bench.names(), [".lock"]);
  assertEquals(bench.store.device.record().fingerprint, null);
});

Deno.test("processes that make an identity at once all end with the same", async () => {
  using bench = new Bench();
  const { keysDir, settings, store: { path } } = bench;
  const stores: Store[] = Array.from({ length: 4 }, () => openStore({ path }));
  const made = await Promise.all(
    stores.map((store) => ensureIdentity({ store, keysDir, settings })),
  );
  assertEquals(new Set(made.map(({ fingerprint }) => fingerprint)).size, 1);
  for (const store of stores) {
    assertEquals(store.device.record().keyStore, "file");
    store.close();
  }
});

Deno.test("a new identity that was broken off has a key of its own, and the old one is kept", async () => {
  using bench = new Bench();
  const before = await ensureIdentity(bench);
  const pem = bench.text("device.key");
  bench.write("device.key.next", pem);
  bench.store.renewDevice({ kind: "set_aside", suffix: "old" });
  const early = await assertRejects(() => loadIdentity(bench), CodememError);
  assertEquals(early.code, "sync_disabled", "its own old key is no stranger's");
  const after = await ensureIdentity(bench);
  assertNotEquals(after.deviceId, before.deviceId);
  assertNotEquals(after.fingerprint, before.fingerprint);
  assertEquals(bench.text("device.key.old"), pem);
  const own = ["device.key", "device.key.pub"];
  assertEquals(bench.names(), [".lock", ...own, ...own.map((name) => `${name}.old`)].sort());
  assertEquals(bench.store.device.record().keyTask, null);
});

Deno.test("who has read the key just before a new identity does not bind the old key to it", async () => {
  using bench = new Bench();
  let onRead: () => Promise<void> | undefined = () => undefined;
  const place = { ...placeOf(bench), keychain: slowKeychain(bench, () => onRead()) };
  const before = await ensureIdentity(place);
  const other = openStore({ path: bench.store.path });
  let renewing: Promise<Identity> | undefined;
  const begun = Promise.withResolvers<void>();
  onRead = () => {
    onRead = async () => {
      onRead = () => undefined;
      begun.resolve();
      // Time for the other one to bind what it has read, if it would.
      await new Promise((resolve) => setTimeout(resolve, 50));
    };
    renewing = renewIdentity({ ...place, store: other }, "old");
    return begun.promise;
  };
  const loaded = await loadIdentity(place);
  const renewed = await renewing!;
  other.close();
  assertNotEquals(renewed.fingerprint, before.fingerprint);
  assertEquals([loaded.deviceId, loaded.fingerprint], [renewed.deviceId, renewed.fingerprint]);
  assertEquals(bench.store.device.record().keyStore, "keychain");
});

Deno.test("a rotation that was broken off before its public file is no damage to who only looks", async () => {
  using bench = new Bench();
  await ensureIdentity(bench);
  const before = bench.text("device.key.pub");
  const { fingerprint } = await rotateKeys(bench, Date.now());
  bench.store.device.setKeyTask({ kind: "rotate" });
  bench.write("device.key.pub", before);
  assertEquals((await loadIdentity(bench, { repair: false })).fingerprint, fingerprint);
  assertEquals(bench.text("device.key.pub"), before, "nothing is changed");
  assertEquals((await loadIdentity(bench)).fingerprint, fingerprint);
  assertNotEquals(bench.text("device.key.pub"), before);
});

Deno.test("a device stays the one it is where the keychain that is asked for is not there", async () => {
  using bench = new Bench();
  const { deviceId, fingerprint } = await ensureIdentity(bench);
  const settings = { ...bench.settings, syncKeyStore: "keychain" } as const;
  const { store, keysDir } = bench;
  const renew = () => renewIdentity({ store, keysDir, settings }, "old");
  assertEquals((await assertRejects(renew, CodememError)).code, "keychain_unavailable");
  const loaded = await loadIdentity(bench);
  assertEquals([loaded.deviceId, loaded.fingerprint], [deviceId, fingerprint]);
});

Deno.test("a next key that is noted is taken up where the one before was written over by half", async () => {
  using bench = new Bench();
  await ensureIdentity(bench);
  const { fingerprint } = await rotateKeys(bench, Date.now());
  // As a keychain leaves it that does not write at once and is ended by a power cut.
  const pem = bench.text("device.key");
  bench.write("device.key.next", pem);
  bench.write("device.key", pem.slice(0, 60));
  bench.store.device.setKeyTask({ kind: "rotate" });
  assertEquals((await loadIdentity(bench)).fingerprint, fingerprint);
  assertEquals(bench.store.device.record().keyTask, null);
});
