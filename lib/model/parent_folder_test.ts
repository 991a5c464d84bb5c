import { assertEquals } from "@std/assert";
import { dirname } from "node:path";
import { parentFolder } from "./parent_folder.ts";

Deno.test("the folder of a path is the one that the runtime tells", () => {
  for (const path of ["/a/b/codemem.db", "/codemem.db", "a/codemem.db", "codemem.db", ":memory:"]) {
    assertEquals(parentFolder(path), dirname(path), path);
  }
});
