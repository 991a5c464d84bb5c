import { assert, assertEquals } from "@std/assert";
import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { readSignature, signRequest, verifySignature } from "./request_signature.ts";

const { privateKey } = generateKeyPairSync("ed25519");
const publicKey = createPublicKey(privateKey);
const NONCE = "0123456789abcdef0123456789abcdef";
const REQUEST = { method: "POST", target: "/v1/ops?since=a", body: Buffer.from("{}") };
const SIGNER = {
  deviceId: "device-a",
  privateKey,
  recipient: "device-b",
  createdS: 1_766_400_000,
  nonce: NONCE,
};

function read(fields: Record<string, string>) {
  return readSignature({ headers: new Headers(fields) });
}

function signed(request: { method: string; target: string; body?: Uint8Array } = REQUEST) {
  const fields = signRequest(request, SIGNER);
  const reading = read(fields);
  assert(reading.ok);
  return { fields, signature: reading.signature };
}

Deno.test("the header is the one the protocol documents", () => {
  const { fields } = signed();
  assertEquals(
    fields["signature-input"],
    'sig1=("@method" "@path" "@query" "content-digest" "codemem-recipient")' +
      `;created=1766400000;expires=1766400300;nonce="${NONCE}";keyid="device-a"` +
      ';alg="ed25519";tag="codemem-sync-3"',
  );
  assertEquals(Object.keys(fields).sort(), [
    "codemem-recipient",
    "content-digest",
    "signature",
    "signature-input",
  ]);
});

Deno.test("a signature reads back and verifies over its own request only", () => {
  const { signature } = signed();
  const { keyid, nonce, recipient, createdS, expiresS } = signature;
  assertEquals({ keyid, nonce, recipient, createdS, expiresS }, {
    keyid: "device-a",
    nonce: NONCE,
    recipient: "device-b",
    createdS: 1_766_400_000,
    expiresS: 1_766_400_300,
  });
  assert(verifySignature(signature, REQUEST, publicKey));
  assert(!verifySignature(signature, { ...REQUEST, method: "GET" }, publicKey));
  for (const target of ["/v1/ops?since=b", "/v1/ops", "/v1/op?since=a", "/v1/ops?since=a&x"]) {
    assert(!verifySignature(signature, { ...REQUEST, target }, publicKey), target);
  }
  assert(!verifySignature({ ...signature, recipient: "device-c" }, REQUEST, publicKey));
  const digest = signed({ ...REQUEST, body: Buffer.from("[]") }).signature.digest;
  assert(!verifySignature({ ...signature, digest }, REQUEST, publicKey));
  const input = signature.input.replace("1766400000", "1766400001");
  assert(!verifySignature({ ...signature, input }, REQUEST, publicKey));
  const other = createPublicKey(generateKeyPairSync("ed25519").privateKey);
  assert(!verifySignature(signature, REQUEST, other));
});

Deno.test("what is signed is the base of RFC 9421, written out", () => {
  for (const [target, path, query] of [["/v1/ops?a=%2F", "/v1/ops", "?a=%2F"], ["/", "/", "?"]]) {
    const { fields } = signed({ ...REQUEST, target: target! });
    const base = [
      '"@method": POST',
      `"@path": ${path}`,
      `"@query": ${query}`,
      `"content-digest": ${fields["content-digest"]}`,
      '"codemem-recipient": device-b',
      `"@signature-params": ${fields["signature-input"]!.slice("sig1=".length)}`,
    ].join("\n");
    const bytes = Buffer.from(fields.signature!.slice("sig1=:".length, -1), "base64");
    assert(verify(null, Buffer.from(base), publicKey, bytes), target);
  }
});

Deno.test("whatever target is signed verifies", () => {
  const targets = fc.webUrl({ withQueryParameters: true })
    .map((url) => {
      const { pathname, search } = new URL(url);
      return pathname + search;
    });
  fc.assert(fc.property(targets, fc.uint8Array(), (target, body) => {
    const request = { method: "POST", target, body };
    assert(verifySignature(signed(request).signature, request, publicKey));
  }));
});

Deno.test("each absent field is named", () => {
  const { fields } = signed();
  for (const field of Object.keys(fields)) {
    const { [field]: _, ...rest } = fields;
    assertEquals(read(rest), { ok: false, problem: "missing", field });
  }
});

Deno.test("every other form of Signature-Input is refused", () => {
  const { fields } = signed();
  const input = fields["signature-input"]!;
  const replacements: [string, string][] = [
    ["sig1=", "sig2="],
    ["sig1=(", "sig1=( "],
    ['"@method" ', ""],
    ['"@query" ', ""],
    [' "content-digest"', ""],
    [' "codemem-recipient"', ""],
    ['"@method" "@path"', '"@path" "@method"'],
    ['"@path"', '"@path";req'],
    ['"codemem-recipient")', '"codemem-recipient" "host")'],
    [";created=1766400000", ""],
    [";expires=1766400300", ""],
    [";expires=1766400300", ";expires=1766400000"],
    [";expires=1766400300", ";expires=1766400301"],
    [";expires=1766400300", ";expires=9999999999"],
    ["created=1766400000", "created=01766400000"],
    ["created=1766400000", "created=-1766400000"],
    ["created=1766400000", "created=1766400000.0"],
    ["created=1766400000", 'created="1766400000"'],
    [`;nonce="${NONCE}"`, ""],
    [NONCE, NONCE.slice(1)],
    [NONCE, NONCE.toUpperCase()],
    [NONCE, `${NONCE}0`],
    ['keyid="device-a"', 'keyid="Device-a"'],
    ['keyid="device-a"', 'keyid="-device"'],
    ['keyid="device-a"', 'keyid="device a"'],
    ['keyid="device-a"', "keyid=device-a"],
    [';alg="ed25519"', ""],
    ['alg="ed25519"', 'alg="hmac-sha256"'],
    ['tag="codemem-sync-3"', 'tag="codemem-sync-2"'],
    [';tag="codemem-sync-3"', ""],
    [';tag="codemem-sync-3"', ';tag="codemem-sync-3";x'],
    [';tag="codemem-sync-3"', ';tag="codemem-sync-3";created=1'],
  ];
  const malformed = { ok: false, problem: "malformed", field: "signature-input" } as const;
  for (const [from, to] of replacements) {
    const changed = input.replace(from, to);
    assert(changed !== input, `${from} is in the header`);
    assertEquals(read({ ...fields, "signature-input": changed }), malformed, `${from} → ${to}`);
  }
  assertEquals(read({ ...fields, "signature-input": `${input}, ${input}` }), malformed);
  assertEquals(read({ ...fields, "signature-input": `${input}, sig2=()` }), malformed);
});

Deno.test("every other form of the other fields is refused", () => {
  const { fields } = signed();
  const bytes = fields.signature!.slice("sig1=:".length, -1);
  const cases: [string, string][] = [
    ["signature", ""],
    ["signature", `sig2=:${bytes}:`],
    ["signature", `sig1=${bytes}`],
    ["signature", `sig1=:${bytes}:, sig2=:${bytes}:`],
    ["signature", `sig1=:${bytes.slice(4)}:`],
    ["signature", `sig1=:${bytes}AAAA:`],
    ["signature", `sig1=:${bytes.slice(0, -3)}${bytes.at(-3) === "B" ? "C" : "B"}==:`],
    ["codemem-recipient", ""],
    ["codemem-recipient", "device-b, device-b"],
    ["codemem-recipient", "a.b"],
    ["content-digest", "sha-256=:AAAA:"],
    ["content-digest", `${fields["content-digest"]}, ${fields["content-digest"]}`],
  ];
  for (const [field, value] of cases) {
    assertEquals(read({ ...fields, [field]: value }), { ok: false, problem: "malformed", field });
  }
});

Deno.test("hostile headers are refused by verdict, never by an exception", () => {
  const { fields } = signed();
  const names = fc.constantFrom(...Object.keys(fields));
  const text = fc.string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  });
  const edit = fc.tuple(names, fc.nat(300), fc.nat(20), text);
  fc.assert(
    fc.property(edit, ([name, at, length, inserted]) => {
      const value = fields[name]!;
      const changed = value.slice(0, at) + inserted + value.slice(at + length);
      const reading = read({ ...fields, [name]: changed });
      if (!reading.ok || changed.trim() === value) return;
      assert(!verifySignature(reading.signature, REQUEST, publicKey), "an altered field verified");
    }),
    { numRuns: 2_000 },
  );
});
