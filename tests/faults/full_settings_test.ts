/** A disk that is full when a setting is changed. */
import { assertEquals, assertRejects } from "@std/assert";
import { saveSettings } from "../../lib/config/save.ts";
import { CodememError } from "../../lib/errors.ts";
import { TempFolder } from "../support/devices/stores.ts";
import { skipUnless } from "../support/skip.ts";
import { canMountSmallDisk, fillDisk, mountSmallDisk } from "../support/system/small_disk.ts";

Deno.test({
  ...skipUnless(
    canMountSmallDisk(),
    "needs the right to mount",
    "where the disk is full, a setting stays as it is, and the reason is told",
  ),
  async fn() {
    using folder = new TempFolder();
    using disk = mountSmallDisk(folder)!;
    const path = `${disk.path}/config.json`;
    await saveSettings(path, { device_name: "alice" });
    const before = Deno.readTextFileSync(path);
    fillDisk(disk.path);
    const error = await assertRejects(
      () => saveSettings(path, { device_name: "bob" }),
      CodememError,
    );
    assertEquals(error.message, `Cannot write ${path}: the disk is full`);
    assertEquals(Deno.readTextFileSync(path), before);
  },
});
