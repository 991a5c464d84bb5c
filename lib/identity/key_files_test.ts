import { assertEquals, assertThrows } from "@std/assert";
import { CodememError } from "../errors.ts";
import { createFileOnce, replaceFile } from "./key_files.ts";

async function inFolder(act: (folder: string) => void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    act(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name);
}

Deno.test("a file that cannot be put in its place leaves no copy beside it", async () => {
  await inFolder((folder) => {
    Deno.mkdirSync(`${folder}/key`);
    const error = assertThrows(() => replaceFile(`${folder}/key`, "secret"), CodememError);
    assertEquals(error.code, "io_failed");
    assertEquals(namesIn(folder), ["key"]);
  });
});

Deno.test("a file that was there stays as it is, and nothing beside it", async () => {
  await inFolder((folder) => {
    assertEquals(createFileOnce(`${folder}/key`, "first"), true);
    assertEquals(createFileOnce(`${folder}/key`, "second"), false);
    assertEquals(Deno.readTextFileSync(`${folder}/key`), "first");
    replaceFile(`${folder}/key`, "third");
    assertEquals(Deno.readTextFileSync(`${folder}/key`), "third");
    assertEquals(namesIn(folder), ["key"]);
  });
});
