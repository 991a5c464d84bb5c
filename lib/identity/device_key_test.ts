import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { CodememError, type ErrorCode } from "../errors.ts";
import { createDeviceKey, loadDeviceKey, setAsideDeviceKey } from "./device_key.ts";
import { readPublicFile } from "./public_file.ts";

function withFolder(act: (keysDir: string) => void): void {
  const root = Deno.makeTempDirSync();
  try {
    act(join(root, "keys"));
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

function assertRefuses(keysDir: string, code: ErrorCode, hint: string): void {
  const before = snapshot(keysDir);
  for (const act of [() => loadDeviceKey(keysDir), () => createDeviceKey(keysDir, ID)]) {
    const error = assertThrows(act, CodememError);
    assertEquals(error.code, code);
    assertStringIncludes(error.hint ?? "", hint);
  }
  assertEquals(snapshot(keysDir), before);
}

function snapshot(keysDir: string): string[][] {
  return [...Deno.readDirSync(keysDir)].filter(({ isFile }) => isFile).map(({ name }) => [
    name,
    Deno.readTextFileSync(join(keysDir, name)),
  ]).sort();
}

const ID = "laptop";

Deno.test("a new key is private, has its public line beside it, and loads again", () => {
  withFolder((keysDir) => {
    const made = createDeviceKey(keysDir, ID);
    assertEquals(Deno.statSync(keysDir).mode! & 0o777, 0o700);
    assertEquals(Deno.statSync(join(keysDir, "device.key")).mode! & 0o777, 0o600);
    const publicFile = Deno.readTextFileSync(join(keysDir, "device.key.pub"));
    assertEquals(publicFile, `${made.publicKey} codemem laptop\n`);
    const loaded = loadDeviceKey(keysDir);
    assertEquals([loaded.publicKey, loaded.fingerprint], [made.publicKey, made.fingerprint]);
    assertEquals(snapshot(keysDir).length, 2, "no temporary file stays behind");
  });
});

Deno.test("creating where a key is leaves it as it is", () => {
  withFolder((keysDir) => {
    const first = createDeviceKey(keysDir, ID);
    assertEquals(createDeviceKey(keysDir, ID).fingerprint, first.fingerprint);
  });
});

Deno.test("processes that create at once all end with the same key", async () => {
  const root = Deno.makeTempDirSync();
  try {
    const source = new URL("./device_key.ts", import.meta.url).href;
    const script = join(root, "create.ts");
    Deno.writeTextFileSync(
      script,
      `import { createDeviceKey } from ${JSON.stringify(source)};
       console.log(createDeviceKey(Deno.args[0], "laptop").fingerprint);`,
    );
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const args = ["run", "-A", "--quiet", "--config", config, script, join(root, "keys")];
    const outputs = await Promise.all(
      Array.from({ length: 4 }, () => new Deno.Command(Deno.execPath(), { args }).output()),
    );
    const fingerprints = outputs.map(({ stdout }) => new TextDecoder().decode(stdout).trim());
    assertEquals(new Set(fingerprints).size, 1);
    assertEquals(fingerprints[0], loadDeviceKey(join(root, "keys")).fingerprint);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
});

Deno.test("loading where there is no key says so and makes none", () => {
  withFolder((keysDir) => {
    assertEquals(assertThrows(() => loadDeviceKey(keysDir), CodememError).code, "key_missing");
    Deno.mkdirSync(keysDir);
    assertEquals(assertThrows(() => loadDeviceKey(keysDir), CodememError).code, "key_missing");
    assertEquals(snapshot(keysDir), []);
  });
});

Deno.test("a key that others can read is refused with the command that closes it", () => {
  withFolder((keysDir) => {
    createDeviceKey(keysDir, ID);
    for (const mode of [0o640, 0o604, 0o620, 0o601]) {
      Deno.chmodSync(join(keysDir, "device.key"), mode);
      assertRefuses(keysDir, "key_exposed", "chmod 600");
    }
  });
});

Deno.test("a damaged key file is refused, never replaced", () => {
  withFolder((keysDir) => {
    createDeviceKey(keysDir, ID);
    const path = join(keysDir, "device.key");
    const whole = Deno.readTextFileSync(path);
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    const contents = [
      "",
      whole.slice(0, 60),
      whole.slice(0, -30),
      "garbage\n",
      "\0".repeat(119),
      whole.replace("PRIVATE KEY", "OPENSSH PRIVATE KEY"),
      rsa.export({ type: "pkcs8", format: "pem" }).toString(),
    ];
    for (const content of contents) {
      Deno.writeTextFileSync(path, content);
      assertRefuses(keysDir, "key_damaged", "codemem sync identity new");
    }
  });
});

Deno.test("a folder in the key's place is refused", () => {
  withFolder((keysDir) => {
    Deno.mkdirSync(join(keysDir, "device.key"), { recursive: true });
    assertEquals(assertThrows(() => loadDeviceKey(keysDir), CodememError).code, "key_damaged");
  });
});

Deno.test("a public file of another key is refused, and a missing one written again", () => {
  withFolder((keysDir) => {
    const { publicKey } = createDeviceKey(keysDir, ID);
    const path = join(keysDir, "device.key.pub");
    Deno.removeSync(path);
    loadDeviceKey(keysDir);
    assertEquals(readPublicFile(keysDir), undefined, "it stays missing for who only looks");
    loadDeviceKey(keysDir, ID);
    assertEquals(readPublicFile(keysDir), { publicKey, deviceId: ID });
    Deno.writeTextFileSync(path, publicKey.replace(/.{4}$/, "AAAA"));
    assertRefuses(keysDir, "key_damaged", "codemem sync identity new");
    Deno.writeTextFileSync(path, "");
    assertRefuses(keysDir, "key_damaged", "codemem sync identity new");
  });
});

Deno.test("setting a key aside that was broken off is finished by doing it again", () => {
  withFolder((keysDir) => {
    createDeviceKey(keysDir, ID);
    const [path, target] = [join(keysDir, "device.key"), join(keysDir, "device.key.old")];
    Deno.linkSync(path, target);
    assertEquals(setAsideDeviceKey(keysDir, "old")[0], target);
    assertEquals(snapshot(keysDir).map(([name]) => name), ["device.key.old", "device.key.pub.old"]);
  });
});

Deno.test("setting a key aside keeps its files and never overwrites others", () => {
  withFolder((keysDir) => {
    assertEquals(setAsideDeviceKey(keysDir, "old"), []);
    const first = createDeviceKey(keysDir, ID);
    const pem = Deno.readTextFileSync(join(keysDir, "device.key"));
    const moved = setAsideDeviceKey(keysDir, "old");
    assertEquals(moved, [
      join(keysDir, "device.key.old"),
      join(keysDir, "device.key.pub.old"),
    ]);
    assertEquals(Deno.readTextFileSync(moved[0]!), pem);
    const second = createDeviceKey(keysDir, ID);
    assert(second.fingerprint !== first.fingerprint);
    const error = assertThrows(() => setAsideDeviceKey(keysDir, "old"), CodememError);
    assertEquals(error.code, "io_failed");
    assertEquals(Deno.readTextFileSync(moved[0]!), pem);
    assertEquals(loadDeviceKey(keysDir).fingerprint, second.fingerprint);
  });
});
