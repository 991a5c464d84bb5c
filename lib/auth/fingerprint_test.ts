import { assert, assertEquals } from "@std/assert";
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { fingerprintOf, isFingerprint, parsePublicKeyLine, publicKeyLine } from "./fingerprint.ts";
import { formatFingerprint } from "../model/format_fingerprint.ts";

/** The key of RFC 8032 §7.1, test 1. */
const LINE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";

Deno.test("the line of a known key is the one OpenSSH writes", () => {
  const raw = Buffer.from(
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "hex",
  );
  const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw]);
  const key = createPublicKey({ key: spki, format: "der", type: "spki" });
  assertEquals(publicKeyLine(key), LINE);
  assertEquals(publicKeyLine(parsePublicKeyLine(LINE)!), LINE);
});

Deno.test("a private key's line is that of its public half", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  assertEquals(publicKeyLine(privateKey), publicKeyLine(publicKey));
});

Deno.test("only the one spelling of a key line is read", () => {
  const base64 = LINE.slice("ssh-ed25519 ".length);
  const others = [
    "",
    base64,
    `${LINE} comment`,
    `${LINE}\n`,
    ` ${LINE}`,
    `ssh-rsa ${base64}`,
    `ssh-ed25519  ${base64}`,
    `ssh-ed25519 ${base64.slice(0, -4)}`,
    `ssh-ed25519 ${base64}AAAA`,
    `ssh-ed25519 ${base64.replaceAll("+", "-")}`,
    `ssh-ed25519 ${base64.slice(0, -1)}=`,
    `ssh-ed25519 ${base64.replace("ZDI1", "ZDI2")}`,
  ];
  for (const text of others) assertEquals(parsePublicKeyLine(text), undefined, text);
});

Deno.test("hostile key lines are refused or come back as they were", () => {
  const mutated = fc.tuple(fc.nat(LINE.length - 1), fc.string({ maxLength: 3 }))
    .map(([at, text]) => LINE.slice(0, at) + text + LINE.slice(at + 1));
  fc.assert(fc.property(fc.oneof(fc.string(), mutated), (text) => {
    const key = parsePublicKeyLine(text);
    assert(key === undefined || publicKeyLine(key) === text);
  }));
});

Deno.test("a fingerprint is SHA-256 of the line, in hexadecimal", () => {
  const fingerprint = fingerprintOf(LINE);
  // printf '%s' "$LINE" | sha256sum
  assertEquals(fingerprint, "6442aab9f902438a4cb8c8937e7cd0d0a66737acab731501554caaeb89a59774");
  assert(isFingerprint(fingerprint));
  assert(!isFingerprint(fingerprint.toUpperCase()));
  assert(!isFingerprint(fingerprint.slice(1)));
  assert(!isFingerprint(null));
  assertEquals(formatFingerprint("0123456789ab"), "0123 4567 89ab");
});
