import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { hash } from "node:crypto";
import { CodememError } from "../errors.ts";
import { decodeBase64url, encodeBase64url } from "./base64url.ts";
import { decodeInvite, encodeInvite, type Invite, pairingCommand } from "./invite.ts";

const fingerprintOf = (line: string) => hash("sha256", line, "hex");
const publicKey =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICa0C2sKlNXVEH2ipXR67BexshlsOqtIu3d7OAUvu7ZG";
const invite: Invite = {
  deviceId: "0b9d3c52-7f43-4a0e-9d7e-6c1f5b0f7a11",
  name: "Ann's laptop",
  fingerprint: fingerprintOf(publicKey),
  publicKey,
  addresses: ["192.168.1.5:7337"],
  token: Uint8Array.from({ length: 16 }, (_, i) => i),
  expiresAtMs: 1_766_400_000_000,
  pinned: false,
};
const payload = encodeInvite(invite);

function problemOf(text: string): string {
  const error = assertThrows(() => decodeInvite(text, fingerprintOf), CodememError);
  assertEquals(error.code, "invite_invalid");
  assert(error.hint !== undefined);
  return error.message.replace("Cannot read the invitation: ", "");
}

/** A payload with members replaced, its check made anew unless `check` is among them. */
function forge(members: Record<string, unknown>): string {
  const { check: _, ...json } = jsonOf(payload);
  const open = JSON.stringify({ ...json, ...members }).slice(0, -1);
  const check = encodeBase64url(hash("sha256", open, "buffer").subarray(0, 4));
  return "cm1." + encodeBase64url(new TextEncoder().encode(`${open},"check":"${check}"}`));
}

function jsonOf(payload: string): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(decodeBase64url(payload.slice(4))));
}

Deno.test("an invitation is one word that no shell minds, of at most 500 characters", () => {
  assertMatch(payload, /^cm1\.[A-Za-z0-9_-]+$/);
  assert(payload.length <= 500);
  assertEquals(pairingCommand(payload), `codemem sync pair --accept '${payload}'`);
});

Deno.test("an invitation holds its JSON in the open", () => {
  const { check, ...members } = jsonOf(payload);
  assertMatch(String(check), /^[A-Za-z0-9_-]{6}$/);
  assertEquals(members, {
    device_id: invite.deviceId,
    name: "Ann's laptop",
    fingerprint: invite.fingerprint,
    public_key: "JrQLawqU1dUQfaKldHrsF7GyGWw6q0i7d3s4BS-7tkY",
    addresses: ["192.168.1.5:7337"],
    token: "AAECAwQFBgcICQoLDA0ODw",
    expires_at: 1_766_400_000,
  });
});

Deno.test("an invitation comes back as it was", () => {
  for (const each of [invite, { ...invite, pinned: true }, { ...invite, addresses: [] }]) {
    assertEquals(decodeInvite(encodeInvite(each), fingerprintOf), each);
  }
});

const pasted = [
  ` ${payload}\n`,
  `'${payload}'`,
  `"${payload}"`,
  `\u2018${payload}\u2019`,
  pairingCommand(payload),
  `$ ${pairingCommand(payload)} --replace-key\n`,
  pairingCommand(payload).replaceAll("'", ""),
  payload.replace(/(.{80})/g, "$1\n"),
  pairingCommand(payload).replace(/(.{80})/g, "$1\r\n  "),
];

for (const text of pasted) {
  const shown = JSON.stringify(text).replace(payload.slice(4, -4), "…").slice(0, 60);
  Deno.test(`an invitation is found in ${shown}`, () => {
    assertEquals(decodeInvite(text, fingerprintOf), invite);
  });
}

Deno.test("an invitation cut off anywhere is refused as cut off", () => {
  for (let length = 1; length < payload.length; length++) {
    assertEquals(problemOf(payload.slice(0, length)), "it is cut off", `at ${length}`);
  }
  for (let length = payload.length - 50; length < payload.length; length++) {
    assertEquals(problemOf(pairingCommand(payload.slice(0, length))), "it is cut off");
  }
});

Deno.test("an invitation with any one character changed is refused", () => {
  for (let at = 0; at < payload.length; at++) {
    for (const other of ["A", "B", "z", "0", "_", "-", "."]) {
      if (payload[at] === other) continue;
      problemOf(payload.slice(0, at) + other + payload.slice(at + 1));
    }
  }
  const middle = payload.length >> 1;
  const other = payload[middle] === "A" ? "B" : "A";
  const changed = payload.slice(0, middle) + other + payload.slice(middle + 1);
  assertEquals(problemOf(changed), "a part of it was changed");
});

Deno.test("an invitation that won characters at its end is not called cut off", () => {
  for (const more of ["A", "z", "AA", "abc"]) {
    for (const name of ["a", "ab", "abc"]) {
      const text = encodeInvite({ ...invite, name }) + more;
      assertEquals(problemOf(text), "it has characters too many at its end");
    }
  }
});

Deno.test("an invitation that lost or won a character in the middle is refused", () => {
  for (let at = 4; at < payload.length; at++) {
    problemOf(payload.slice(0, at) + payload.slice(at + 1));
    problemOf(payload.slice(0, at) + "A" + payload.slice(at));
  }
});

const foreign: readonly (readonly [string, string])[] = [
  ["", "it is empty"],
  ["  \n", "it is empty"],
  ["cm", "it is cut off"],
  ["cm1.", "it is cut off"],
  ["cm1.!!!", "it is cut off"],
  ["cm2.abcdef", "it has version 2"],
  ["codemem sync pair --accept 'cm12.abc'", "it has version 12"],
  ['{"device_id":"a","addresses":[]}', "it is JSON, perhaps of another program"],
  ["'{\"a\":1}'", "it is JSON, perhaps of another program"],
  ["https://example.org/invite", "it is an address of a web page"],
  ["CM1.abc", "it does not begin with cm1."],
  ["hello", "it does not begin with cm1."],
  ["eyJhIjoxfQ==", "it does not begin with cm1."],
  ["x".repeat(20_000), "it is too long to be one"],
];

for (const [text, problem] of foreign) {
  Deno.test(`${JSON.stringify(text.slice(0, 40))} is no invitation: ${problem}`, () => {
    assertEquals(problemOf(text), problem);
  });
}

Deno.test("a newer version says which side to update", () => {
  const error = assertThrows(() => decodeInvite("cm2.abc", fingerprintOf), CodememError);
  assertEquals(error.hint, "Update codemem on this device");
});

Deno.test("a key that does not have the fingerprint is refused", () => {
  assertEquals(
    problemOf(forge({ fingerprint: "ab".repeat(32) })),
    "its fingerprint is not that of its key",
  );
  assertEquals(
    problemOf(forge({ public_key: encodeBase64url(new Uint8Array(32)) })),
    "its fingerprint is not that of its key",
  );
});

const wrong: Readonly<Record<string, readonly unknown[]>> = {
  device_id: ["", "A", "a.b", null],
  name: ["", "\n", null],
  fingerprint: ["", "AB".repeat(32), null],
  public_key: ["", "A".repeat(42), "A".repeat(43) + "=", publicKey, null],
  addresses: [null, "host:1", ["host"], Array(17).fill("host:1")],
  token: ["", "A".repeat(21), "A".repeat(21) + "B", "A".repeat(43), null],
  expires_at: [-1, 1.5, "1766400000", 1_766_400_000_000, null],
};

for (const [member, values] of Object.entries(wrong)) {
  Deno.test(`an invitation with a wrong ${member} is refused by its name`, () => {
    for (const value of [...values, undefined]) {
      assertEquals(problemOf(forge({ [member]: value })), `${member} is missing or wrong`);
    }
  });
}

Deno.test("members of a newer version are passed over, and only true is pinned", () => {
  assertEquals(decodeInvite(forge({ mood: "fine" }), fingerprintOf), invite);
  assertEquals(decodeInvite(forge({ pinned: "yes" }), fingerprintOf).pinned, false);
});

Deno.test("a name from elsewhere is cleaned", () => {
  assertEquals(decodeInvite(forge({ name: "a\u001b[2J" }), fingerprintOf).name, "a [2J");
});

Deno.test("of too much, first the name is shortened, then the last addresses are left out", () => {
  const name = "A laptop with a name " + "of far more than twenty".padEnd(39, "!");
  const two = { ...invite, name, addresses: ["10.0.0.1:7337", "10.0.0.2:7337"] };
  const shortened = decodeInvite(encodeInvite(two), fingerprintOf);
  assertEquals(shortened.name, "A laptop with a name");
  assertEquals(shortened.addresses, two.addresses);
  const many = Array.from({ length: 16 }, (_, i) => `10.0.0.${i}:7337`);
  const fitted = decodeInvite(encodeInvite({ ...two, addresses: many }), fingerprintOf);
  assert(fitted.addresses.length >= 2);
  assertEquals(fitted.addresses, many.slice(0, fitted.addresses.length));
});

Deno.test("an address too long for any invitation makes room for the next", () => {
  const addresses = [`${"x".repeat(60)}.${"y".repeat(180)}:1`, "10.0.0.1:7337"];
  assertEquals(
    decodeInvite(encodeInvite({ ...invite, addresses }), fingerprintOf).addresses,
    ["10.0.0.1:7337"],
  );
});

Deno.test("with the longest name there is room for the longest IP address", () => {
  const longest = {
    ...invite,
    name: "\u{1f4bb}".repeat(60),
    addresses: ["[fd7a:115c:a1e0:ab12:4843:cd96:626f:1234]:65535"],
    expiresAtMs: 99_999_999_999_000,
    pinned: true,
  };
  const text = encodeInvite(longest);
  assert(text.length <= 500, String(text.length));
  const { name, addresses } = decodeInvite(text, fingerprintOf);
  assertEquals(addresses, longest.addresses);
  assertStringIncludes(longest.name, name);
  const { addresses: none } = decodeInvite(
    encodeInvite({ ...longest, deviceId: "x".repeat(63), addresses: [`${"y".repeat(240)}:1`] }),
    fingerprintOf,
  );
  assertEquals(none, []);
});
