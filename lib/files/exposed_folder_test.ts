import { assertEquals } from "@std/assert";
import { TempFolder } from "../../tests/support/devices/stores.ts";
import { canAdd, canRename, exposedFolder } from "./exposed_folder.ts";

const ME = 1000;

for (
  const [what, folder, adds, renames] of [
    ["mine alone", { mode: 0o755, uid: ME, gid: ME }, false, false],
    ["root's", { mode: 0o755, uid: 0, gid: 0 }, false, false],
    ["mine, and my own group's", { mode: 0o775, uid: ME, gid: ME }, false, false],
    ["root's, and root's group's", { mode: 0o775, uid: 0, gid: 0 }, false, false],
    ["mine, and a group's", { mode: 0o775, uid: ME, gid: 50 }, true, true],
    ["everybody's", { mode: 0o777, uid: ME, gid: ME }, true, true],
    ["everybody's for their own files", { mode: 0o1777, uid: 0, gid: 0 }, true, false],
    ["somebody else's", { mode: 0o755, uid: 1001, gid: ME }, true, true],
  ] as const
) {
  Deno.test(`a folder that is ${what}`, () => {
    assertEquals([canAdd(folder, ME), canRename(folder, ME)], [adds, renames]);
  });
}

Deno.test("a folder is exposed by itself, through a link, and by one that it is in", () => {
  using temporary = new TempFolder();
  const inner = temporary.file("open/inner");
  Deno.mkdirSync(inner, { recursive: true });
  Deno.symlinkSync(inner, temporary.file("link"));
  assertEquals(exposedFolder(inner), undefined, "it is in a folder of its owner's");
  Deno.chmodSync(temporary.file("open"), 0o777);
  const open = Deno.realPathSync(temporary.file("open"));
  for (const path of [inner, temporary.file("open"), temporary.file("link")]) {
    assertEquals(exposedFolder(path), open);
  }
  assertEquals(exposedFolder(temporary.file("missing")), undefined);
});
