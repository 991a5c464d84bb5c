import { assertEquals, assertStringIncludes } from "@std/assert";
import { TempFolder } from "../../tests/support/devices/stores.ts";
import { endOfFile, readEnd, readFailure } from "./startup_failure.ts";

const FAILURE = '{"error":"port_in_use","message":"Port 1 is in use","hint":"Free it"}';

Deno.test("a failure is read as it was told, and only what was told since", async () => {
  using folder = new TempFolder();
  const path = folder.file("serve.stderr");
  assertEquals(await endOfFile(path), 0);
  assertEquals(await readFailure(path, 0), undefined);
  await append(path, `codemem: Port 1 is in use\nhint: Free it\n${FAILURE}\n`);
  const { code, message, hint } = (await readFailure(path, 0))!;
  assertEquals([code, message, hint], ["port_in_use", "Port 1 is in use", "Free it"]);
  const from = await endOfFile(path);
  assertEquals(await readFailure(path, from), undefined);
  await append(path, '{"error":"of a newer version","message":"x"}\n{"error":1}\nnull\n');
  assertEquals(await readFailure(path, from), undefined);
});

Deno.test("whoever ends without telling why is quoted", async () => {
  using folder = new TempFolder();
  const path = folder.file("serve.stderr");
  const silent = await readEnd(path, 0);
  assertEquals(silent.code, "internal");
  assertStringIncludes(silent.message, "without a word");
  await append(path, "first\nfatal: out of memory\n\n");
  assertStringIncludes((await readEnd(path, 0)).message, ": fatal: out of memory");
  await append(path, `${FAILURE}\n`);
  assertEquals((await readEnd(path, 0)).code, "port_in_use");
});

async function append(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(path, text, { append: true });
}
