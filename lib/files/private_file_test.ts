import { assertEquals, assertThrows } from "@std/assert";
import { TempFolder } from "../../tests/support/devices/stores.ts";
import { CodememError } from "../errors.ts";
import { PartialFile } from "./partial_file.ts";
import { writePrivateFile } from "./private_file.ts";
import { syncFolder } from "./sync_folder.ts";

const namesIn = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("a private file is for its owner alone, and replaces one only where that is asked for", () => {
  using folder = new TempFolder();
  const path = folder.file("file");
  assertEquals(writePrivateFile(path, "first", { replace: false }), true);
  assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
  assertEquals(writePrivateFile(path, "second", { replace: false }), false);
  assertEquals(Deno.readTextFileSync(path), "first");
  assertEquals(writePrivateFile(path, "third", { replace: true }), true);
  assertEquals([Deno.readTextFileSync(path), namesIn(folder.path)], ["third", ["file"]]);
});

Deno.test("a link in the place of a private file is not followed", () => {
  using folder = new TempFolder();
  const [path, precious] = [folder.file("file"), folder.file("precious")];
  Deno.writeTextFileSync(precious, "precious");
  for (const target of [precious, folder.file("missing")]) {
    Deno.symlinkSync(target, path);
    assertEquals(writePrivateFile(path, "text", { replace: false }), false);
    assertEquals(writePrivateFile(path, "text", { replace: true }), true);
    assertEquals(Deno.lstatSync(path).isFile, true);
    Deno.removeSync(path);
  }
  assertEquals(Deno.readTextFileSync(precious), "precious");
  assertEquals(namesIn(folder.path), ["precious"]);
});

Deno.test("a file that cannot be put in its place leaves nothing", () => {
  using folder = new TempFolder();
  Deno.mkdirSync(folder.file("folder"));
  for (const replace of [true, false]) {
    const write = () => writePrivateFile(folder.file("folder"), "text", { replace });
    if (replace) assertThrows(write);
    else assertEquals(write(), false);
  }
  assertEquals(namesIn(folder.path), ["folder"]);
});

for (const replace of [true, false]) {
  const name = replace ? "replaces a file" : "is new";
  Deno.test(`where others can write, what they put under its name is not taken for one that ${name}`, () => {
    using folder = new TempFolder();
    Deno.chmodSync(folder.path, 0o777);
    const path = folder.file("file");
    if (replace) Deno.writeTextFileSync(path, "before");
    {
      using file = new PartialFile(path);
      file.write(new TextEncoder().encode("secret"));
      const [temporary] = namesIn(folder.path).filter((each) => each !== "file");
      Deno.renameSync(folder.file(temporary!), folder.file("taken"));
      Deno.writeTextFileSync(folder.file(temporary!), "planted");
      const error = assertThrows(() => file.place({ replace }), CodememError);
      assertEquals(error.code, "io_failed");
    }
    assertEquals(namesIn(folder.path), replace ? ["file", "taken"] : ["taken"]);
    if (replace) assertEquals(Deno.readTextFileSync(path), "before");
    assertEquals(Deno.statSync(folder.file("taken")).mode! & 0o777, 0o600);
  });
}

Deno.test("a folder that cannot be written to the disk by itself is left to the system", () => {
  using folder = new TempFolder();
  syncFolder(folder.path);
  if (Deno.build.os === "linux") syncFolder("/proc");
  assertThrows(() => syncFolder(folder.file("missing")), Deno.errors.NotFound);
});
