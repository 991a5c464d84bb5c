import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { CodememError } from "../errors.ts";
import { openStore } from "../store/store.ts";
import { ensureIdentity, loadIdentity } from "./identity.ts";
import { rotateKeys } from "./rotate_keys.ts";

Deno.test("who asks for the keychain does not get a file instead", async () => {
  const keysDir = await Deno.makeTempDir();
  const store = openStore({ path: ":memory:" });
  const settings = { deviceName: "alice", syncKeyStore: "keychain" } as const;
  const error = await assertRejects(
    () => ensureIdentity({ store, keysDir, settings }),
    CodememError,
  );
  assertEquals(error.code, "keychain_unavailable");
  assertEquals([...Deno.readDirSync(keysDir)].map(({ name }) => name), [".lock"]);
  assertEquals(store.device.record().fingerprint, null);
  store.close();
  await Deno.remove(keysDir, { recursive: true });
});

Deno.test("processes that make an identity at once all end with the same", async () => {
  const keysDir = await Deno.makeTempDir();
  const path = `${keysDir}/codemem.db`;
  const settings = { deviceName: "alice", syncKeyStore: "auto" } as const;
  const stores = Array.from({ length: 4 }, () => openStore({ path }));
  const made = await Promise.all(
    stores.map((store) => ensureIdentity({ store, keysDir, settings })),
  );
  assertEquals(new Set(made.map(({ fingerprint }) => fingerprint)).size, 1);
  for (const store of stores) {
    assertEquals(store.device.record().keyStore, "file");
    store.close();
  }
  await Deno.remove(keysDir, { recursive: true });
});

Deno.test("a new identity that was broken off has a key of its own, and the old one is kept", async () => {
  const keysDir = await Deno.makeTempDir();
  const store = openStore({ path: ":memory:" });
  const place = {
    store,
    keysDir,
    settings: { deviceName: "alice", syncKeyStore: "auto" },
  } as const;
  const before = await ensureIdentity(place);
  const pem = await Deno.readTextFile(`${keysDir}/device.key`);
  await Deno.writeTextFile(`${keysDir}/device.key.next`, pem, { mode: 0o600 });
  store.renewDevice({ kind: "set_aside", suffix: "old" });
  const after = await ensureIdentity(place);
  assertNotEquals(after.deviceId, before.deviceId);
  assertNotEquals(after.fingerprint, before.fingerprint);
  assertEquals(await Deno.readTextFile(`${keysDir}/device.key.old`), pem);
  const names = [...Deno.readDirSync(keysDir)].map(({ name }) => name).sort();
  const own = ["device.key", "device.key.pub"];
  assertEquals(names, [".lock", ...own.flatMap((name) => [name, `${name}.old`])].sort());
  assertEquals(store.device.record().keyTask, null);
  store.close();
  await Deno.remove(keysDir, { recursive: true });
});

Deno.test("a rotation that was broken off before its public file is no damage to who only looks", async () => {
  const keysDir = await Deno.makeTempDir();
  const store = openStore({ path: ":memory:" });
  const place = {
    store,
    keysDir,
    settings: { deviceName: "alice", syncKeyStore: "auto" },
  } as const;
  await ensureIdentity(place);
  const publicFile = `${keysDir}/device.key.pub`;
  const before = await Deno.readTextFile(publicFile);
  const { fingerprint } = await rotateKeys(place, Date.now());
  store.device.setKeyTask({ kind: "rotate" });
  await Deno.writeTextFile(publicFile, before);
  assertEquals((await loadIdentity(place, { repair: false })).fingerprint, fingerprint);
  assertEquals(await Deno.readTextFile(publicFile), before, "nothing is changed");
  assertEquals((await loadIdentity(place)).fingerprint, fingerprint);
  assertNotEquals(await Deno.readTextFile(publicFile), before);
  store.close();
  await Deno.remove(keysDir, { recursive: true });
});
