import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { loadSettings } from "../config/load.ts";
import { resolvePaths } from "../config/paths.ts";
import { saveSettings } from "../config/save.ts";
import { CodememError } from "../errors.ts";
import { SettingsFile } from "./settings_file.ts";

/** A settings file of a device that takes up no port but 7000, and that only where it `canReturn`. */
async function fileOfDevice({ canReturn }: { readonly canReturn: boolean }) {
  const home = await Deno.makeTempDir({ prefix: "codemem-settings-" });
  const paths = resolvePaths({ CODEMEM_HOME: home });
  await saveSettings(paths.config, { sync_port: 7000 });
  const faults: CodememError[] = [];
  const file = new SettingsFile({
    path: join(home, "config.json"),
    read: () => loadSettings(paths, {}),
    check: async () => {},
    apply({ syncPort }) {
      if (canReturn && syncPort === 7000) return Promise.resolve();
      return Promise.reject(new CodememError("port_in_use", `Port ${syncPort} is in use`));
    },
    failure: () => undefined,
    onFault: (error) => faults.push(error),
  });
  const syncPort = async () => (await file.read()).settings.syncPort;
  const dispose = () => Deno.remove(home, { recursive: true });
  return { file, faults, syncPort, [Symbol.asyncDispose]: dispose };
}

Deno.test("settings that cannot be taken up are written back, and the former ones hold", async () => {
  await using device = await fileOfDevice({ canReturn: true });
  const change = () => device.file.change({ sync_port: 7002 });
  await assertRejects(change, CodememError, "Port 7002 is in use");
  assertEquals(await device.syncPort(), 7000);
  assertEquals(device.faults, []);
});

Deno.test("that not even the former settings can be taken up again is told as a fault", async () => {
  await using device = await fileOfDevice({ canReturn: false });
  const change = () => device.file.change({ sync_port: 7002 });
  await assertRejects(change, CodememError, "Port 7002 is in use");
  assertEquals(await device.syncPort(), 7000);
  assertEquals(device.faults.map(({ message }) => message), ["Port 7000 is in use"]);
});
