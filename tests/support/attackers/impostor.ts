/**
 * A TLS 1.3 server that shows any certificate, whether or not it holds its key: what no real server
 * does. It speaks just enough of RFC 8446 for one client to reach the end of the handshake, and
 * answers the first bytes of data with a fixed response.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  sign,
  X509Certificate,
} from "node:crypto";
import { Buffer } from "node:buffer";

/** A running impostor. */
export interface Impostor {
  readonly port: number;
  /** Bytes of application data that clients have entrusted to it. */
  readonly received: string[];
  close(): Promise<void>;
}

const X25519_SPKI = Buffer.from("302a300506032b656e032100", "hex");
const HANDSHAKE = 22;
const DATA = 23;

/** Listens with `certificatePem`, proving possession with `privateKey`, which may be another's. */
export function startImpostor(
  certificatePem: string,
  privateKey: KeyObject,
  response: string,
): Impostor {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const received: string[] = [];
  const serving = (async () => {
    for await (const conn of listener) {
      try {
        await serve(new Wire(conn), certificatePem, privateKey, response, received);
      } catch (error) {
        // A client that does not trust us hangs up in the middle.
        if (!(error instanceof Error)) throw error;
      }
      conn.close();
    }
  })();
  return {
    port: listener.addr.port,
    received,
    async close() {
      listener.close();
      await serving;
    },
  };
}

async function serve(
  wire: Wire,
  certificatePem: string,
  privateKey: KeyObject,
  response: string,
  received: string[],
): Promise<void> {
  const clientHello = (await wire.read()).body;
  const { sessionId, share } = parseClientHello(clientHello);
  const own = generateKeyPairSync("x25519");
  const theirs = createPublicKey({
    key: Buffer.concat([X25519_SPKI, share]),
    format: "der",
    type: "spki",
  });
  const ownShare = own.publicKey.export({ type: "spki", format: "der" }).subarray(
    X25519_SPKI.length,
  );
  const serverHello = makeServerHello(sessionId, ownShare);
  await wire.write(HANDSHAKE, serverHello);

  const secret = diffieHellman({ privateKey: own.privateKey, publicKey: theirs });
  const empty = hash(Buffer.alloc(0));
  const early = extract(Buffer.alloc(32), Buffer.alloc(32));
  const handshake = extract(derive(early, "derived", empty), secret);
  const hello = hash(Buffer.concat([clientHello, serverHello]));
  const ours = derive(handshake, "s hs traffic", hello);
  const sender = new Sealer(ours);

  let transcript = Buffer.concat([clientHello, serverHello]);
  const flight = [
    message(8, Buffer.from([0, 0])),
    message(11, certificateBody(certificatePem)),
  ];
  transcript = Buffer.concat([transcript, ...flight]);
  const proof = sign(null, signedContent(hash(transcript)), privateKey);
  flight.push(message(15, Buffer.concat([Buffer.from([8, 7]), sized(2, proof)])));
  transcript = Buffer.concat([transcript, flight.at(-1)!]);
  const finished = createHmac("sha256", expand(ours, "finished", Buffer.alloc(0), 32))
    .update(hash(transcript)).digest();
  flight.push(message(20, finished));
  transcript = Buffer.concat([transcript, flight.at(-1)!]);
  await wire.writeRaw(sender.seal(HANDSHAKE, Buffer.concat(flight)));

  // The client's Finished comes before its data; what it says is not our concern.
  const master = extract(derive(handshake, "derived", empty), Buffer.alloc(32));
  const opener = new Sealer(derive(master, "c ap traffic", hash(transcript)));
  const answerer = new Sealer(derive(master, "s ap traffic", hash(transcript)));
  let seenFinished = false;
  while (true) {
    const record = await wire.read();
    if (record.type !== DATA) continue;
    if (!seenFinished) {
      seenFinished = true;
      continue;
    }
    const { type, content } = opener.open(record.header, record.body);
    if (type !== DATA) continue;
    received.push(content.toString("latin1"));
    await wire.writeRaw(answerer.seal(DATA, Buffer.from(response)));
  }
}

/** Encrypts or decrypts the records of one direction with AES-128-GCM (RFC 8446 §5.2). */
class Sealer {
  readonly #key: Buffer;
  readonly #iv: Buffer;
  #count = 0;

  constructor(secret: Buffer) {
    this.#key = expand(secret, "key", Buffer.alloc(0), 16);
    this.#iv = expand(secret, "iv", Buffer.alloc(0), 12);
  }

  seal(type: number, content: Buffer): Buffer {
    const header = Buffer.from([DATA, 3, 3, 0, 0]);
    header.writeUInt16BE(content.length + 1 + 16, 3);
    const cipher = createCipheriv("aes-128-gcm", this.#key, this.#nonce());
    cipher.setAAD(header);
    const inner = Buffer.concat([content, Buffer.from([type])]);
    const sealed = Buffer.concat([cipher.update(inner), cipher.final()]);
    return Buffer.concat([header, sealed, cipher.getAuthTag()]);
  }

  open(header: Buffer, body: Buffer): { type: number; content: Buffer } {
    const decipher = createDecipheriv("aes-128-gcm", this.#key, this.#nonce());
    decipher.setAAD(header);
    decipher.setAuthTag(body.subarray(-16));
    const inner = Buffer.concat([decipher.update(body.subarray(0, -16)), decipher.final()]);
    return { type: inner.at(-1)!, content: inner.subarray(0, -1) };
  }

  #nonce(): Buffer {
    const nonce = Buffer.from(this.#iv);
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ this.#count++) >>> 0, 8);
    return nonce;
  }
}

/** Records of a connection. */
class Wire {
  readonly #conn: Deno.Conn;

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  async read(): Promise<{ type: number; header: Buffer; body: Buffer }> {
    const header = await this.#take(5);
    return { type: header[0]!, header, body: await this.#take(header.readUInt16BE(3)) };
  }

  async write(type: number, body: Buffer): Promise<void> {
    await this.writeRaw(Buffer.concat([Buffer.from([type, 3, 3]), sized(2, body)]));
  }

  async writeRaw(bytes: Buffer): Promise<void> {
    for (let done = 0; done < bytes.length;) done += await this.#conn.write(bytes.subarray(done));
  }

  async #take(length: number): Promise<Buffer> {
    const bytes = Buffer.alloc(length);
    for (let done = 0; done < length;) {
      const more = await this.#conn.read(bytes.subarray(done));
      if (more === null) throw new Error("the client hung up");
      done += more;
    }
    return bytes;
  }
}

/** The session id to echo, and the client's X25519 share (RFC 8446 §4.1.2). */
function parseClientHello(hello: Buffer): { sessionId: Buffer; share: Buffer } {
  let at = 4 + 2 + 32;
  const sessionId = hello.subarray(at + 1, at + 1 + hello[at]!);
  at += 1 + hello[at]!;
  at += 2 + hello.readUInt16BE(at);
  at += 1 + hello[at]!;
  const end = at + 2 + hello.readUInt16BE(at);
  for (at += 2; at < end; at += 4 + hello.readUInt16BE(at + 2)) {
    if (hello.readUInt16BE(at) !== 51) continue;
    const last = at + 4 + hello.readUInt16BE(at + 2);
    for (let entry = at + 6; entry < last; entry += 4 + hello.readUInt16BE(entry + 2)) {
      if (hello.readUInt16BE(entry) !== 29) continue;
      return { sessionId, share: hello.subarray(entry + 4, entry + 36) };
    }
  }
  throw new Error("the client offers no X25519 share");
}

function makeServerHello(sessionId: Buffer, share: Buffer): Buffer {
  const extensions = Buffer.concat([
    Buffer.from([0, 43, 0, 2, 3, 4]),
    Buffer.from([0, 51, 0, 36, 0, 29, 0, 32]),
    share,
  ]);
  const random = crypto.getRandomValues(Buffer.alloc(32));
  const suite = Buffer.from([0x13, 0x01, 0]);
  const parts = [Buffer.from([3, 3]), random, sized(1, sessionId), suite, sized(2, extensions)];
  return message(2, Buffer.concat(parts));
}

function certificateBody(pem: string): Buffer {
  const entry = Buffer.concat([sized(3, new X509Certificate(pem).raw), Buffer.from([0, 0])]);
  return Buffer.concat([Buffer.from([0]), sized(3, entry)]);
}

/** What a certificate's key signs (RFC 8446 §4.4.3). */
function signedContent(transcript: Buffer): Buffer {
  const context = "TLS 1.3, server CertificateVerify";
  return Buffer.concat([Buffer.alloc(64, 32), Buffer.from(context), Buffer.from([0]), transcript]);
}

function message(type: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type]), sized(3, body)]);
}

function sized(lengthBytes: number, body: Uint8Array): Buffer {
  const length = Buffer.alloc(lengthBytes);
  length.writeUIntBE(body.length, 0, lengthBytes);
  return Buffer.concat([length, body]);
}

function hash(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}

function extract(salt: Buffer, secret: Buffer): Buffer {
  return createHmac("sha256", salt).update(secret).digest();
}

function derive(secret: Buffer, label: string, transcript: Buffer): Buffer {
  return expand(secret, label, transcript, 32);
}

/** HKDF-Expand-Label (RFC 8446 §7.1); one block of output is enough for every use here. */
function expand(secret: Buffer, label: string, context: Buffer, length: number): Buffer {
  const info = Buffer.concat([
    Buffer.from([0, length]),
    sized(1, Buffer.from(`tls13 ${label}`)),
    sized(1, context),
    Buffer.from([1]),
  ]);
  return createHmac("sha256", secret).update(info).digest().subarray(0, length);
}
