import { assertEquals } from "@std/assert";
import { sha256Hex } from "./sha256.ts";

Deno.test("the vectors of FIPS 180-4 hash to what it says, as texts and as bytes", () => {
  const vectors = {
    "": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq":
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  };
  for (const [text, hex] of Object.entries(vectors)) {
    assertEquals(sha256Hex(text), hex, text);
    assertEquals(sha256Hex(new TextEncoder().encode(text)), hex, text);
  }
});
