import { assertEquals, assertRejects } from "@std/assert";
import { CodememError } from "../errors.ts";
import { openStore } from "../store/store.ts";
import { ensureIdentity } from "./identity.ts";

Deno.test("who asks for the keychain does not get a file instead", async () => {
  const keysDir = await Deno.makeTempDir();
  const store = openStore({ path: ":memory:" });
  const settings = { deviceName: "alice", syncKeyStore: "keychain" } as const;
  const error = await assertRejects(
    () => ensureIdentity({ store, keysDir, settings }),
    CodememError,
  );
  assertEquals(error.code, "invalid_config");
  assertEquals([...Deno.readDirSync(keysDir)], []);
  store.close();
  await Deno.remove(keysDir);
});
