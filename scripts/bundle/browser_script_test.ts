import { assert, assertEquals } from "@std/assert";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { browserScript } from "./browser_script.ts";

const ROOT = resolve(import.meta.dirname!, "../..");
/** What a page may cost. */
const MAX_GZIPPED_BYTES = 40 * 1024;

Deno.test("the script of all pages is small, whole, and the same each time it is made", async () => {
  const script = await browserScript(ROOT);
  const size = gzipSync(script, { level: 9 }).length;
  assert(size <= MAX_GZIPPED_BYTES, `${size} bytes are more than ${MAX_GZIPPED_BYTES}`);
  assert(!/(^|[;}])\s*import\s*["'{(*]/.test(script), "it imports something");
  assert(!script.includes(ROOT), "it tells where it was made");
  // What the browser would run as a string, the policy of the pages forbids.
  assert(!/\beval\(|new Function\(/.test(script), "it makes code of text");
  assertEquals(await browserScript(ROOT), script);
});

Deno.test("what runs on the server alone is not in the script", async () => {
  const script = await browserScript(ROOT);
  for (
    const word of ["<!doctype", "csrf_token", "node:", "Deno.", "better-sqlite", "CREATE TABLE"]
  ) {
    assert(!script.includes(word), word);
  }
});
