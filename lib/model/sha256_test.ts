import { assertEquals } from "@std/assert";
import { hash } from "node:crypto";
import { plainSha256 } from "./plain_sha256.ts";
import { sha256Hex } from "./sha256.ts";

/** Bytes of every value, the same ones in every run. */
function someBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 151 + length) & 0xff);
}

Deno.test("the vectors of FIPS 180-4 hash to what it says", () => {
  const vectors = {
    "": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq":
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  };
  for (const [text, hex] of Object.entries(vectors)) {
    assertEquals(plainSha256(new TextEncoder().encode(text)), hex, text);
  }
});

Deno.test("bytes of any length hash to what the runtime makes of them", () => {
  for (const length of [...Array(260).keys(), 4_095, 4_096, 100_000]) {
    const bytes = someBytes(length);
    assertEquals(plainSha256(bytes), hash("sha256", bytes, "hex"), `${length} bytes`);
  }
});

Deno.test("texts hash alike, whoever makes the hash", () => {
  const texts = ["", "node 20", "über", "記憶", "\u{1f600}", "a lone \ud800 surrogate"];
  const first = texts.map((text) => sha256Hex(text));
  for (let index = 0; index < 100; index++) sha256Hex(someBytes(1_000));
  assertEquals(texts.map((text) => sha256Hex(text)), first);
  assertEquals(first, texts.map((text) => hash("sha256", text, "hex")));
});
