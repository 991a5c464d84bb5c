import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { holdDatabase } from "../../tests/support/hold_database.ts";
import { TempFolder } from "../../tests/support/stores.ts";
import { CodememError } from "../errors.ts";
import { openStore } from "../store/store.ts";
import { ensureIdentity, loadIdentity, renewIdentity } from "./identity.ts";

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

Deno.test("a device that cannot be made another one keeps its key", async () => {
  using folder = new TempFolder();
  const [keysDir, path] = [folder.file("keys"), folder.file("codemem.db")];
  const store = openStore({ path });
  const place = {
    store,
    keysDir,
    settings: { deviceName: "alice", syncKeyStore: "file" },
  } as const;
  const { deviceId, fingerprint } = await ensureIdentity(place);
  const names = () => [...Deno.readDirSync(keysDir)].map(({ name }) => name).sort();
  const before = names();
  store.waitBriefly();
  {
    await using _holder = await holdDatabase(path);
    const error = await assertRejects(() => renewIdentity(place, "old"), CodememError);
    assertEquals(error.code, "database_busy");
  }
  assertEquals(names(), before);
  const same = await loadIdentity(place);
  assertEquals([same.deviceId, same.fingerprint], [deviceId, fingerprint]);
  const other = await renewIdentity(place, "old");
  assertNotEquals(other.fingerprint, fingerprint);
  assertEquals(names(), [...before, "device.key.old", "device.key.pub.old"].sort());
  store.close();
});
