/** Laws of the wire: what is sent arrives, and what is hostile fails with our own error alone. */
import { assert, assertEquals, fail } from "@std/assert";
import fc from "fast-check";
import { hash } from "node:crypto";
import { CodememError, type ErrorCode } from "../../lib/errors.ts";
import { cleanDeviceName } from "../../lib/model/device.ts";
import { decodeInvite, encodeInvite, type Invite } from "../../lib/protocol/invite.ts";
import { parseJsonBody } from "../../lib/protocol/json_body.ts";
import { decodeOpPage, encodeOpPage, parseOpsQuery } from "../../lib/protocol/op_page.ts";
import { decodePairRequest, decodePairResponse } from "../../lib/protocol/pairing.ts";
import { expandPublicKey, shortenPublicKey } from "../../lib/protocol/public_key.ts";
import { decodePushBody, decodePushResult, encodePushBody } from "../../lib/protocol/push.ts";
import { decodeRefusal } from "../../lib/protocol/refusal.ts";
import { decodeRotateRequest, decodeRotateResponse } from "../../lib/protocol/rotation.ts";
import { decodeStatus } from "../../lib/protocol/status.ts";
import { encodeBase64url } from "../../lib/protocol/base64url.ts";

const fingerprintOf = (line: string) => hash("sha256", line, "hex");
const bytesOf = (text: string) => new TextEncoder().encode(text);

const members = [
  ...["protocol", "version", "device_id", "name", "fingerprint", "time", "epoch", "head", "live"],
  ...["tombstones", "digest", "ops", "next_cursor", "has_more", "applied", "stale", "duplicate"],
  ...["quarantined", "error", "message", "hint", "server_time", "public_key", "addresses"],
  ...["token_id", "token_proof", "statements", "sequence", "old_public_key", "__proto__"],
];
const hostileBody = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.json().map(bytesOf),
  fc.dictionary(fc.constantFrom(...members), fc.oneof(fc.jsonValue(), fc.constant(3)))
    .map((value) => bytesOf(JSON.stringify(value))),
  fc.record({ ops: fc.array(fc.jsonValue()), protocol: fc.constant(3) })
    .map((value) => bytesOf(JSON.stringify(value))),
);

const decoders: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
  decodeStatus,
  decodeOpPage: (bytes) => [...decodeOpPage(bytes).ops],
  decodePushBody: (bytes) => [...decodePushBody(bytes)],
  decodePushResult,
  decodePairRequest,
  decodePairResponse,
  decodeRotateRequest,
  decodeRotateResponse,
};
const ownCodes: readonly ErrorCode[] = [
  "invalid_response",
  "invalid_request",
  "invalid_ops",
  "too_large",
  "unsupported_protocol",
];

for (const [name, decode] of Object.entries(decoders)) {
  Deno.test(`${name} fails on hostile bytes with our own error alone`, () => {
    fc.assert(
      fc.property(hostileBody, (bytes) => {
        try {
          decode(bytes);
        } catch (error) {
          if (!(error instanceof CodememError)) throw error;
          assert(ownCodes.includes(error.code), error.code);
        }
      }),
      { numRuns: 300 },
    );
  });
}

Deno.test("any answer with any status reads as a refusal", () => {
  fc.assert(fc.property(fc.integer({ min: 100, max: 599 }), hostileBody, (status, bytes) => {
    const { message, exitCode } = decodeRefusal(status, bytes);
    assert(message !== "" && !/[\p{Cc}\n]/u.test(message));
    assert(exitCode > 0);
  }));
});

Deno.test("any query is read or refused", () => {
  const query = fc.array(fc.tuple(
    fc.constantFrom("since", "limit", "wait", "other"),
    fc.oneof(fc.string(), fc.integer().map(String)),
  ));
  fc.assert(fc.property(query, (pairs) => {
    try {
      const { limit, waitS } = parseOpsQuery(new URLSearchParams(pairs));
      assert(limit >= 1 && limit <= 2_000 && waitS >= 0 && waitS <= 25);
    } catch (error) {
      assert(error instanceof CodememError && error.code === "invalid_request");
    }
  }));
});

Deno.test("a body that is not too deep reads as JSON.parse reads it", () => {
  fc.assert(fc.property(fc.json({ maxDepth: 20, stringUnit: "binary" }), (text) => {
    const wellFormed = text.toWellFormed();
    assertEquals(parseJsonBody(bytesOf(wellFormed)), JSON.parse(wellFormed));
  }));
});

Deno.test("ops arrive as they were sent, in pages and in pushes", () => {
  fc.assert(fc.property(fc.array(fc.json()), (ops) => {
    const page = { nextCursor: "e.1", hasMore: false, head: "e.2" };
    const values = ops.map((op) => JSON.parse(op));
    const read = decodeOpPage(bytesOf(encodeOpPage({ ...page, ops })));
    assertEquals({ ...read, ops: [...read.ops] }, { ...page, ops: values });
    assertEquals([...decodePushBody(encodePushBody(ops))], values);
  }));
});

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
const address = fc.oneof(
  fc.ipV4().map((ip) => `${ip}:7337`),
  label.map((host) => `${host.slice(0, 20)}x.ts.net:65535`),
);
const invite: fc.Arbitrary<Invite> = fc.record({
  deviceId: fc.uuid(),
  name: fc.string({ unit: "binary", minLength: 1, maxLength: 80 })
    .map((name) => cleanDeviceName(name) ?? "laptop"),
  publicKey: bytes(32).map((raw) => expandPublicKey(encodeBase64url(raw))!),
  addresses: fc.uniqueArray(address, { maxLength: 16 }),
  token: bytes(16),
  expiresAtMs: fc.nat({ max: 2_000_000_000 }).map((seconds) => seconds * 1_000),
  pinned: fc.boolean(),
}).map((parts) => ({ ...parts, fingerprint: fingerprintOf(parts.publicKey) }));

Deno.test("an invitation arrives, at most shortened", () => {
  fc.assert(fc.property(invite, (invite) => {
    const payload = encodeInvite(invite);
    assert(payload.length <= 500);
    assert(/^cm1\.[A-Za-z0-9_-]+$/.test(payload));
    const { name, addresses, ...rest } = decodeInvite(payload, fingerprintOf);
    const { name: wholeName, addresses: all, ...expected } = invite;
    assertEquals(rest, expected);
    assert(wholeName.startsWith(name));
    assertEquals(addresses, all.filter((each) => addresses.includes(each)));
    assert(all.length === 0 || addresses.length > 0);
  }));
});

Deno.test("an invitation that was cut off or changed anywhere is refused", () => {
  const change = fc.constantFrom(..."ABCDwxyz0189-_.~'");
  fc.assert(fc.property(invite, fc.nat(), change, (invite, place, character) => {
    const payload = encodeInvite(invite);
    const at = place % payload.length;
    const texts = [
      payload.slice(0, at),
      payload.slice(0, at) + character + payload.slice(at + 1),
      payload.slice(0, at) + payload.slice(at + 1),
    ];
    for (const text of texts.filter((text) => text !== payload)) refused(text);
  }));
});

Deno.test("any text is an invitation or refused as none", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string().map((text) => `cm1.${text}`),
    hostileBody.map((bytes) => `cm1.${encodeBase64url(bytes)}`),
  );
  fc.assert(fc.property(text, refused));
});

function refused(text: string): void {
  try {
    decodeInvite(text, fingerprintOf);
  } catch (error) {
    if (!(error instanceof CodememError)) throw error;
    assertEquals(error.code, "invite_invalid");
    return;
  }
  fail(`taken for an invitation: ${text}`);
}

Deno.test("a public key line comes back from its short form", () => {
  fc.assert(fc.property(bytes(32), (raw) => {
    const short = encodeBase64url(raw);
    assertEquals(shortenPublicKey(expandPublicKey(short)!), short);
  }));
});
