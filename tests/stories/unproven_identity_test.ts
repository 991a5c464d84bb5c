import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startInBackground } from "../support/devices/background.ts";
import { withKeyring } from "../support/devices/key_home.ts";
import { SyncHome } from "../support/devices/sync_home.ts";
import { eventually } from "../support/eventually.ts";
import { Keyring } from "../support/system/keyring.ts";
import { StubProgram } from "../support/system/stub_program.ts";

interface StatusJson {
  readonly device_id: string;
  readonly fingerprint: string | null;
  readonly last_error: string | null;
  readonly database: { readonly missing: boolean };
  readonly identity_fault: {
    readonly code: string;
    readonly message: string;
    readonly hint: string | null;
  } | null;
}

/** What may become of the key of a device, and what is said of it. */
const MISHAPS: Readonly<Record<string, { do: (home: SyncHome) => Promise<void>; code: string }>> = {
  "its key file is gone": {
    do: (home) => Deno.remove(home.path("keys/device.key")),
    code: "key_missing",
  },
  "its key file is damaged": {
    do: (home) => Deno.writeTextFile(home.path("keys/device.key"), "nothing of the kind"),
    code: "key_damaged",
  },
  "others can read its key file": {
    do: (home) => Deno.chmod(home.path("keys/device.key"), 0o644),
    code: "key_exposed",
  },
  "its key file holds another device's key": {
    async do(home) {
      await using other = await SyncHome.named("other");
      await Deno.copyFile(other.path("keys/device.key"), home.path("keys/device.key"));
    },
    code: "key_damaged",
  },
  "its public key file is another device's": {
    async do(home) {
      await using other = await SyncHome.named("other");
      await Deno.copyFile(other.path("keys/device.key.pub"), home.path("keys/device.key.pub"));
    },
    code: "key_damaged",
  },
};

for (const [what, mishap] of Object.entries(MISHAPS)) {
  Deno.test(`a device says at once that ${what}, and the status changes nothing`, async () => {
    await using home = await SyncHome.named("home");
    assertEquals((await statusOf(home)).identity_fault, null);
    await mishap.do(home);
    const files = await filesOf(home);
    const { identity_fault: fault, last_error } = await statusOf(home);
    assertEquals(fault?.code, mishap.code);
    assertEquals(last_error, fault!.message);
    const text = await home.text("sync", "status");
    assertStringIncludes(text, `problem      ${fault!.message}\n`);
    assertStringIncludes(text, `hint: ${fault!.hint}\n`);
    assertEquals((await home.run(["sync", "doctor"])).code, 1);
    assertEquals(await filesOf(home), files);
  });
}

Deno.test("a device whose database is gone says who it was and what to do, and begins no new one", async () => {
  await using home = await SyncHome.named("home");
  const { device_id, fingerprint } = await statusOf(home);
  await home.text("backup", "backup.db");
  await Deno.remove(home.path("codemem.db"));
  const status = await statusOf(home);
  assertEquals([status.device_id, status.fingerprint], [device_id, fingerprint]);
  assertEquals(status.database.missing, true);
  assertMatch(status.identity_fault!.message, /^The database .*codemem\.db is gone$/);
  const text = await home.text("sync", "status");
  assertMatch(text, /^problem +The database .* is gone\n +hint: Run `codemem restore FILE/m);
  assert(!text.includes("memories  "), text);
  const doctor = await home.run(["sync", "doctor"]);
  assertEquals(doctor.code, 1);
  assertMatch(doctor.stdout, /FAILED +database: The database .* is gone/);
  assertEquals(Object.keys(await home.snapshot()).includes("codemem.db"), false);
  await home.text("restore", "backup.db");
  assertEquals((await statusOf(home)).identity_fault, null);
});

Deno.test("where a command has begun another database since, the status says whose key is there", async () => {
  await using home = await SyncHome.named("home");
  const { device_id: lost } = await statusOf(home);
  await Deno.remove(home.path("codemem.db"));
  await home.text("remember", "by an agent that did not know");
  const { identity_fault: fault, database } = await statusOf(home);
  assertMatch(fault!.message, new RegExp(`that of the device ${lost}, whose database is gone$`));
  assertEquals(database.missing, false);
});

Deno.test("a database that is deleted under a running device is missed by the status and the viewer", async () => {
  await using home = await SyncHome.named("home");
  await using _serve = await startInBackground(home);
  assertEquals((await viewerStatus(home)).identity_fault, null);
  for (const suffix of ["", "-wal", "-shm"]) await Deno.remove(home.path(`codemem.db${suffix}`));
  const told = [await statusOf(home), await viewerStatus(home)];
  for (const { identity_fault: fault, last_error } of told) {
    assertMatch(fault!.message, /^The database .*codemem\.db is gone$/);
    assertEquals(last_error, fault!.message);
    assertStringIncludes(fault!.hint!, "`codemem restore FILE --stop`");
  }
  const files = Object.keys(await home.snapshot());
  assertEquals(files.includes("codemem.db"), false, "the status begins no new one");
});

Deno.test("a key file that is deleted under a running device is missed by the viewer, until it is back", async () => {
  await using home = await SyncHome.named("home");
  await using _serve = await startInBackground(home);
  const key = home.path("keys/device.key");
  await Deno.rename(key, `${key}.elsewhere`);
  const found = async (code: string | undefined) => {
    // What is announced is looked at without waiting for the next poll.
    await home.text("config", "set", "sync_interval_s", String(++intervalS));
    return (await viewerStatus(home)).identity_fault?.code === code;
  };
  let intervalS = 3_600;
  await eventually("the viewer misses the key", () => found("key_missing"));
  assertEquals((await statusOf(home)).identity_fault?.code, "key_missing");
  await Deno.rename(`${key}.elsewhere`, key);
  await eventually("the viewer misses nothing", () => found(undefined));
});

Deno.test(
  withKeyring("a status asks no keychain, says so, and misses what the disk says of the key"),
  async () => {
    await using keyring = await Keyring.start();
    await using home = await SyncHome.named("home", { env: keyring.env });
    // It would be waited for.
    await using tool = await StubProgram.make("secret-tool", "exec sleep 60");
    const env = { PATH: tool.path };
    const status = async (...words: string[]) =>
      (await home.run(["sync", "status", ...words], { env })).stdout;
    assertMatch(await status(), /^key +in the keychain, which is not asked here/m);
    await using other = await SyncHome.named("other");
    await Deno.copyFile(other.path("keys/device.key.pub"), home.path("keys/device.key.pub"));
    const { identity_fault: fault } = JSON.parse(await status("--json")) as StatusJson;
    assertEquals(fault?.code, "key_damaged");
    assertEquals((await tool.calls()).length, 0);
  },
);

const statusOf = (home: SyncHome) => home.json<StatusJson>("sync", "status");

async function viewerStatus(home: SyncHome): Promise<StatusJson> {
  return await (await fetch(`${home.viewer}/api/sync/status`)).json();
}

/** The names of the files of a home, with their permissions and what is in those of the key. */
async function filesOf(home: SyncHome): Promise<string[]> {
  const keys = await Array.fromAsync(Deno.readDir(home.path("keys")), async ({ name }) => {
    const path = home.path(`keys/${name}`);
    return `${name} ${(await Deno.stat(path)).mode} ${await Deno.readTextFile(path)}`;
  });
  return [...Object.keys(await home.snapshot()), ...keys].sort();
}
