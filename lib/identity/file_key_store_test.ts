import { assertEquals, assertRejects } from "@std/assert";
import { CodememError } from "../errors.ts";
import { generateDeviceKey, loadDeviceKey } from "./device_key.ts";
import { fileKeyStore } from "./file_key_store.ts";
import { withKeyLock } from "./key_lock.ts";

async function inFolder(act: (keysDir: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  await act(`${root}/keys`);
  await Deno.remove(root, { recursive: true });
}

Deno.test("a key that is to follow stands beside the one that is there, and then in its place", async () => {
  await inFolder(async (keysDir) => {
    const store = fileKeyStore(keysDir);
    assertEquals([await store.read("current"), await store.read("next")], [undefined, undefined]);
    const [first, second] = [generateDeviceKey(), generateDeviceKey()];
    await store.write("current", first.privateKey);
    await store.write("next", second.privateKey);
    for (const name of ["device.key", "device.key.next"]) {
      assertEquals(Deno.statSync(`${keysDir}/${name}`).mode! & 0o777, 0o600);
    }
    assertEquals(loadDeviceKey(keysDir).fingerprint, first.fingerprint);
    await store.promote();
    assertEquals(loadDeviceKey(keysDir).fingerprint, second.fingerprint);
    await store.promote();
    assertEquals(loadDeviceKey(keysDir).fingerprint, second.fingerprint, "a second time");
    await store.remove("current");
    await store.remove("current");
    assertEquals(await store.read("current"), undefined);
  });
});

Deno.test("what a killed process has left of a key goes with the next change of it", async () => {
  await inFolder(async (keysDir) => {
    await fileKeyStore(keysDir).write("current", generateDeviceKey().privateKey);
    const left = [".device.key.1a2b", ".device.key.next.3c4d"];
    for (const name of [...left, ".device.key.pub.5e6f", "device.key.2025"]) {
      Deno.writeTextFileSync(`${keysDir}/${name}`, "key");
    }
    await withKeyLock(keysDir, () => Promise.resolve());
    const names = [...Deno.readDirSync(keysDir)].map(({ name }) => name).sort();
    assertEquals(names, [".device.key.pub.5e6f", ".lock", "device.key", "device.key.2025"]);
  });
});

Deno.test("a key that others can read is refused in every place", async () => {
  await inFolder(async (keysDir) => {
    const store = fileKeyStore(keysDir);
    await store.write("next", generateDeviceKey().privateKey);
    await Deno.chmod(`${keysDir}/device.key.next`, 0o644);
    const error = await assertRejects(() => store.read("next"), CodememError);
    assertEquals(error.code, "key_exposed");
  });
});
