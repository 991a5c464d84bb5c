import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { CodememError } from "../errors.ts";
import {
  decodePairRequest,
  decodePairResponse,
  encodePairRequest,
  encodePairResponse,
  pairingProof,
  type PairRequest,
} from "./pairing.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const hexOf = (bytes: Uint8Array) =>
  Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");

// The test key of RFC 9421, appendix B.1.4.
const publicKey =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICa0C2sKlNXVEH2ipXR67BexshlsOqtIu3d7OAUvu7ZG";
const parties = {
  inviterDeviceId: "laptop",
  inviterFingerprint: "ab".repeat(32),
  acceptorDeviceId: "desk",
  acceptorPublicKey: publicKey,
};
const token = new Uint8Array(16).fill(7);
const introduction = {
  deviceId: "desk",
  name: "Desk",
  publicKey,
  addresses: ["192.168.1.5:7337", "[fd7a::1]:7337"],
  discoveryKey: new Uint8Array(32).fill(3),
};
const request: PairRequest = {
  ...introduction,
  tokenId: "0".repeat(32),
  proof: pairingProof(token, parties),
};
const json = JSON.parse(new TextDecoder().decode(encodePairRequest(request)));

Deno.test("a proof is the HMAC that any other program computes", () => {
  // printf '…' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0707…
  assertEquals(
    hexOf(pairingProof(token, parties)),
    "24126891241a876fdbcfaa6d317127e80cea3359d91e0d38abf8b4c2ddb5d056",
  );
});

for (const name of Object.keys(parties)) {
  Deno.test(`a proof is bound to its ${name}`, () => {
    assertNotEquals(pairingProof(token, { ...parties, [name]: "other" }), request.proof);
  });
}

Deno.test("a proof is bound to its token", () => {
  assertNotEquals(pairingProof(new Uint8Array(16), parties), request.proof);
});

Deno.test("a pairing request comes back as it was", () => {
  assertEquals(json.protocol, 3);
  assertEquals(decodePairRequest(encodePairRequest(request)), request);
});

Deno.test("the answer to a pairing request comes back as it was", () => {
  assertEquals(decodePairResponse(bytesOf(encodePairResponse(introduction))), introduction);
});

Deno.test("who tells no discovery key has none, and one that is none is refused", () => {
  const quiet = { ...introduction, discoveryKey: null };
  assertEquals(decodePairResponse(bytesOf(encodePairResponse(quiet))), quiet);
  const wrong = bytesOf(JSON.stringify({ ...json, discovery_key: "AQ" }));
  assertThrows(() => decodePairResponse(wrong), CodememError, "discovery_key");
});

Deno.test("of more addresses than are taken only the first are told", () => {
  const addresses = Array.from({ length: 40 }, (_, i) => `10.0.0.${i}:7337`);
  const { addresses: told } = decodePairRequest(encodePairRequest({ ...request, addresses }));
  assertEquals(told, addresses.slice(0, 16));
});

Deno.test("names are cleaned, and addresses told twice are one", () => {
  const body = { ...json, name: "a\u001bb", addresses: ["Desk:1", "http://desk:1/"] };
  const { name, addresses } = decodePairRequest(bytesOf(JSON.stringify(body)));
  assertEquals({ name, addresses }, { name: "a b", addresses: ["desk:1"] });
});

const wrong: Readonly<Record<string, readonly unknown[]>> = {
  device_id: ["", "A", "a.b", "x".repeat(64), null],
  name: ["", "\u200b", 5, null],
  public_key: [
    "",
    publicKey + " comment",
    publicKey.replace("ed25519 ", "rsa "),
    publicKey.slice(0, -1),
    publicKey.replace("AAAAC3", "AAAAB3"),
    publicKey.replace("ZDI1", "ZDI2"),
    null,
  ],
  addresses: ["host:1", ["host"], [5], ["host:0"], Array(17).fill("host:1"), null],
};
const wrongInRequest = {
  protocol: ["3", null, 0.5],
  token_id: ["", "A".repeat(32), "0".repeat(31), 5],
  token_proof: ["", json.token_proof + "=", json.token_proof.slice(1), "!".repeat(43), 5],
};

for (const [member, values] of Object.entries({ ...wrong, ...wrongInRequest })) {
  Deno.test(`a pairing request with a wrong ${member} is refused by its name`, () => {
    for (const value of [...values, undefined]) {
      const error = assertThrows(
        () => decodePairRequest(bytesOf(JSON.stringify({ ...json, [member]: value }))),
        CodememError,
        `${member} is missing or wrong`,
      );
      assertEquals(error.code, "invalid_request", JSON.stringify(value));
    }
  });
}

for (const [member, values] of Object.entries(wrong)) {
  Deno.test(`an answer to the pairing with a wrong ${member} is refused by its name`, () => {
    for (const value of [...values, undefined]) {
      const error = assertThrows(
        () => decodePairResponse(bytesOf(JSON.stringify({ ...json, [member]: value }))),
        CodememError,
        `${member} is missing or wrong`,
      );
      assertEquals(error.code, "invalid_response", JSON.stringify(value));
    }
  });
}

Deno.test("another version of the protocol does not pair", () => {
  const error = assertThrows(() => decodePairRequest(bytesOf('{"protocol":4}')), CodememError);
  assertEquals(error.code, "unsupported_protocol");
});

Deno.test("what is no JSON object neither asks nor answers", () => {
  for (const text of ["", "<html>", "[]", "null"]) {
    assertThrows(() => decodePairRequest(bytesOf(text)), CodememError, "not a JSON object");
    assertThrows(() => decodePairResponse(bytesOf(text)), CodememError, "not a JSON object");
  }
});
