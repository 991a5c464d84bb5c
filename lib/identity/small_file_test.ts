import { assertEquals, assertThrows } from "@std/assert";
import { CodememError } from "../errors.ts";
import { TempFolder } from "../../tests/support/devices/stores.ts";
import { runTool } from "../../tests/support/system/run_tool.ts";
import { readSmallFile } from "./small_file.ts";

Deno.test("a pipe in the place of a key is refused, and not waited for", async () => {
  using folder = new TempFolder();
  await runTool("mkfifo", folder.file("key"));
  const error = assertThrows(() => readSmallFile(folder.file("key")), CodememError);
  assertEquals(error.code, "key_damaged");
});
