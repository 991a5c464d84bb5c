import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { contentDigest, contentDigestMatches } from "./content_digest.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("digests are those of RFC 9530's examples", () => {
  // RFC 9530 appendix D: the sha-256 of {"hello": "world"} with a line feed.
  assertEquals(
    contentDigest(bytes('{"hello": "world"}\n')),
    "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:",
  );
  assertEquals(
    contentDigest(new Uint8Array()),
    "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:",
  );
});

Deno.test("a digest matches its own body and no other", () => {
  fc.assert(fc.property(fc.uint8Array(), fc.uint8Array(), (body, other) => {
    const digest = contentDigest(body);
    assert(contentDigestMatches(digest, body));
    const isSame = body.length === other.length && body.every((byte, at) => byte === other[at]);
    assertEquals(contentDigestMatches(digest, other), isSame);
  }));
});

Deno.test("only the one form of the field is taken", () => {
  const digest = contentDigest(new Uint8Array());
  const others = [
    "",
    digest.slice("sha-256=".length),
    `${digest}, ${digest}`,
    `sha-512=:AA==:, ${digest}`,
    digest.replace("sha-256", "SHA-256"),
    digest.replace("=:", "=: "),
    `${digest} `,
    // The same 32 bytes, with other bits where base64 has none.
    digest.replace("U=:", "V=:"),
    digest.replace("=:", ":"),
  ];
  for (const text of others) {
    assertEquals(contentDigestMatches(text, new Uint8Array()), false, text);
  }
});

Deno.test("hostile fields never match and never throw", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    assertEquals(contentDigestMatches(text, bytes("body")), false);
  }));
});
