import { assert, assertEquals, assertRejects } from "@std/assert";
import { CodememError } from "../errors.ts";
import type { Json } from "../model/canonical_json.ts";
import { loadConfigFile, loadSettings } from "./load.ts";
import { resolvePaths } from "./paths.ts";
import { saveSettings } from "./save.ts";

async function inFolder(test: (path: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "codemem-config-" });
  try {
    await test(`${folder}/config.json`, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}

async function refused(action: Promise<unknown>, code: string, message: string): Promise<void> {
  const error = await assertRejects(() => action, CodememError, message);
  assertEquals(error.code, code);
  assert(error.hint !== undefined);
}

Deno.test("a file that does not exist holds nothing, and saving makes it", () =>
  inFolder(async (_, folder) => {
    const path = `${folder}/deep/er/config.json`;
    assertEquals(await loadConfigFile(path), { text: "", members: {} });
    await saveSettings(path, { sync_port: 7400 });
    assertEquals(await Deno.readTextFile(path), '{\n  "sync_port": 7400\n}\n');
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
    assertEquals(await names(`${folder}/deep/er`), ["config.json"]);
  }));

Deno.test("saving keeps comments, unknown members and layout", () =>
  inFolder(async (path) => {
    const before =
      '// mine\n{\n    "observer": {"a": 1}, /* why */\n    "sync_port": 1, // old\n}\n';
    await Deno.writeTextFile(path, before);
    await saveSettings(path, { sync_port: 7400 });
    assertEquals(await Deno.readTextFile(path), before.replace('port": 1', 'port": 7400'));
    await saveSettings(path, { sync_enabled: true });
    const after = await Deno.readTextFile(path);
    for (const kept of ["// mine", "/* why */", "// old", '{"a": 1}']) assert(after.includes(kept));
    const { members } = await loadConfigFile(path);
    assertEquals(members, { observer: { a: 1 }, sync_port: 7400, sync_enabled: true });
  }));

Deno.test("saving what holds already leaves the file alone", () =>
  inFolder(async (path) => {
    await Deno.writeTextFile(path, '{"sync_port":7400}');
    const before = await Deno.stat(path);
    await saveSettings(path, { sync_port: 7400 });
    assertEquals((await Deno.stat(path)).ino, before.ino);
  }));

Deno.test("a broken file is refused with line and column, and stays as it is", () =>
  inFolder(async (path) => {
    for (
      const [text, place] of [
        ['{\n  "sync_port": }', ":2:16"],
        ["[1]", ":1:1"],
        ["null", ":1:1"],
        ["\n 7", ":2:2"],
        ['{"a": 1', ":1:8"],
        ["{'a': 1}", ":1:2"],
        ["\u0000\u0001", ":1:1"],
      ] as const
    ) {
      await Deno.writeTextFile(path, text);
      await refused(loadConfigFile(path), "invalid_config", place);
      await refused(saveSettings(path, { sync_port: 7400 }), "invalid_config", place);
      assertEquals(await Deno.readTextFile(path), text);
    }
  }));

Deno.test("a byte order mark is not a fault", () =>
  inFolder(async (path) => {
    await Deno.writeTextFile(path, '\uFEFF{"sync_port": 1}');
    assertEquals((await loadConfigFile(path)).members, { sync_port: 1 });
  }));

Deno.test("one invalid change of several leaves all unwritten", () =>
  inFolder(async (path, folder) => {
    const changes = { sync_port: 7400, viewer_port: 99999 };
    await refused(saveSettings(path, changes), "invalid_config", "viewer_port");
    await refused(saveSettings(path, { sync_prot: 1 }), "invalid_config", "sync_prot");
    assertEquals(await names(folder), []);
  }));

Deno.test("a file that is a link stays a link", () =>
  inFolder(async (path, folder) => {
    await Deno.writeTextFile(`${folder}/real.json`, "{}");
    await Deno.symlink(`${folder}/real.json`, path);
    await saveSettings(path, { sync_port: 7400 });
    assert((await Deno.lstat(path)).isSymlink);
    assertEquals((await loadConfigFile(`${folder}/real.json`)).members, { sync_port: 7400 });
  }));

Deno.test("writers at the same time lose nothing", () =>
  inFolder(async (path, folder) => {
    const changes: Record<string, Json>[] = [
      { sync_port: 7400 },
      { viewer_port: 7401 },
      { sync_mdns: false },
      { device_name: "desk" },
      { log_level: "debug" },
      { sync_interval_s: 9 },
    ];
    await Promise.all(changes.map((change) => saveSettings(path, change)));
    assertEquals((await loadConfigFile(path)).members, Object.assign({}, ...changes));
    assertEquals(await names(folder), ["config.json"]);
  }));

Deno.test("a file that cannot be read or replaced is a failure, not an empty file", () =>
  inFolder(async (path, folder) => {
    await Deno.mkdir(path);
    await refused(loadConfigFile(path), "io_failed", path);
    await refused(saveSettings(path, { sync_port: 7400 }), "io_failed", path);
    await Deno.writeTextFile(`${folder}/file`, "");
    await refused(saveSettings(`${folder}/file/x.json`, { sync_port: 1 }), "io_failed", "x.json");
  }));

Deno.test("settings come from the file and the variables together", () =>
  inFolder(async (path, folder) => {
    await Deno.writeTextFile(path, '{"sync_port": 7400, "viewer_port": 7401} // ports');
    const env = { CODEMEM_HOME: folder, CODEMEM_VIEWER_PORT: "7402" };
    const paths = resolvePaths(env);
    const { settings } = await loadSettings(paths, env);
    assertEquals([settings.syncPort, settings.viewerPort], [7400, 7402]);
  }));
