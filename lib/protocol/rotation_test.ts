import { assertEquals, assertThrows } from "@std/assert";
import { CodememError } from "../errors.ts";
import { MAX_TOLD_ROTATIONS, type RotationStatement } from "../model/rotation.ts";
import {
  decodeRotateRequest,
  decodeRotateResponse,
  encodeRotateRequest,
  encodeRotateResponse,
} from "./rotation.ts";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
const STATEMENT: RotationStatement = {
  ...{ deviceId: "laptop", sequence: 1, oldPublicKey: KEY, newPublicKey: KEY },
  createdAt: "2026-01-02T03:04:05.678Z",
  oldSignature: new Uint8Array(64).fill(1),
  newSignature: new Uint8Array(64).fill(2),
};
const TOLD = { deviceId: "laptop", statements: [STATEMENT, { ...STATEMENT, sequence: 2 }] };

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const members = () => JSON.parse(new TextDecoder().decode(encodeRotateRequest(TOLD)));

Deno.test("what is told of keys is read as it was written", () => {
  assertEquals(decodeRotateRequest(encodeRotateRequest(TOLD)), TOLD);
  assertEquals(decodeRotateResponse(new TextEncoder().encode(encodeRotateResponse(TOLD))), TOLD);
  const life = { life: { restoredMs: 0, n: 3, nonce: "a".repeat(16) }, head: "0123456789abcdef.7" };
  const withLife = { ...TOLD, life: { ...life, signature: "A".repeat(86) } };
  assertEquals(decodeRotateRequest(encodeRotateRequest(withLife)), withLife);
  const nothing = { deviceId: "laptop", statements: [] };
  assertEquals(decodeRotateRequest(encodeRotateRequest(nothing)), nothing);
});

Deno.test("of many rotations the last are told", () => {
  const statements = Array.from({ length: MAX_TOLD_ROTATIONS + 7 }, (_, index) => ({
    ...STATEMENT,
    sequence: index + 1,
  }));
  const told = decodeRotateRequest(encodeRotateRequest({ deviceId: "laptop", statements }));
  assertEquals(told.statements, statements.slice(7));
});

const WRONG: Readonly<Record<string, unknown>> = {
  sequence: [0, -1, 1.5, "1", 2 ** 41, null],
  old_public_key: ["", KEY.slice(0, -1), `${KEY} comment`, 7],
  new_public_key: [null, `${KEY}\n`],
  created_at: ["2026-01-02T03:04:05Z", "now", 7],
  old_signature: ["", "AA", null, `${"A".repeat(86)}==`],
  new_signature: [7, "!".repeat(86)],
};

Deno.test("a life that cannot be read is refused by name, and may be absent", () => {
  for (const life of [7, "", "0.1.aaaaaaaaaaaaaaaa", {}]) {
    const error = assertThrows(
      () => decodeRotateRequest(bytes({ ...members(), life })),
      CodememError,
    );
    assertEquals(error.message.includes("life"), true, error.message);
  }
  assertEquals(decodeRotateRequest(bytes({ ...members(), life: null })), TOLD);
});

for (const [member, values] of Object.entries(WRONG)) {
  Deno.test(`a statement whose ${member} is wrong is refused by name`, () => {
    for (const value of values as unknown[]) {
      const body = members();
      body.statements[1][member] = value;
      for (const decode of [decodeRotateRequest, decodeRotateResponse]) {
        const error = assertThrows(() => decode(bytes(body)), CodememError);
        assertEquals(error.message.includes(member), true, error.message);
      }
    }
  });
}

Deno.test("a body that is none is refused", () => {
  const many = Array.from({ length: MAX_TOLD_ROTATIONS + 1 }, () => members().statements[0]);
  const bodies = [
    ...[null, [], "x", { ...members(), device_id: "Laptop" }, { ...members(), statements: {} }],
    ...[{ ...members(), statements: [7] }, { ...members(), statements: many }],
  ];
  for (const body of bodies) {
    const error = assertThrows(() => decodeRotateRequest(bytes(body)), CodememError);
    assertEquals(["invalid_request", "unsupported_protocol"].includes(error.code), true);
    assertEquals(
      assertThrows(() => decodeRotateResponse(bytes(body)), CodememError).code,
      "invalid_response",
    );
  }
  const other = assertThrows(
    () => decodeRotateRequest(bytes({ ...members(), protocol: 4 })),
    CodememError,
  );
  assertEquals(other.code, "unsupported_protocol");
});
