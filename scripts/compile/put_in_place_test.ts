import { assertEquals, assertRejects } from "@std/assert";
import { hash } from "node:crypto";
import { putInPlace } from "./put_in_place.ts";

Deno.test("of files put in one place at once one stays, and the SHA-256 beside it is its own", async () => {
  const folder = await Deno.makeTempDir({ prefix: "codemem-place-" });
  const output = `${folder}/new/codemem`;
  const putting = ["first", "second", "third"].map(async (text) => {
    await Deno.writeTextFile(`${folder}/${text}`, text.repeat(100_000));
    return await putInPlace(`${folder}/${text}`, output);
  });
  const placed = await Promise.all(putting);
  const sha256 = hash("sha256", await Deno.readFile(output));
  assertEquals(placed.filter((each) => each.sha256 === sha256).length, 1);
  assertEquals(await Deno.readTextFile(`${output}.sha256`), `${sha256}  codemem\n`);
  assertEquals((await Deno.stat(output)).mode! & 0o777, 0o755);
  assertEquals(await names(`${folder}/new`), ["codemem", "codemem.sha256"]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("where a file cannot be put in its place, nothing is left beside it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "codemem-place-" });
  await Deno.mkdir(`${folder}/taken/by a folder`, { recursive: true });
  await Deno.writeTextFile(`${folder}/file`, "x");
  await assertRejects(() => putInPlace(`${folder}/file`, `${folder}/taken`));
  assertEquals(await names(folder), ["file", "taken"]);
  await Deno.remove(folder, { recursive: true });
});

async function names(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  return entries.map(({ name }) => name).sort();
}
