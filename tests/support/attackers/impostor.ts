/**
 * A TLS 1.3 server that shows any certificate, whether or not it holds its key: what no real server
 * does. It speaks just enough of RFC 8446 for one client to reach the end of the handshake, and
 * answers the first bytes of data with a fixed response.
 */
import {
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  sign,
  X509Certificate,
} from "node:crypto";
import { Buffer } from "node:buffer";
import { DATA, derive, extract, finishedBody, HANDSHAKE, hash, Sealer, sized } from "./tls13.ts";

/** A running impostor. */
export interface Impostor {
  readonly port: number;
  /** Bytes of application data that clients have entrusted to it. */
  readonly received: string[];
  close(): Promise<void>;
}

const X25519_SPKI = Buffer.from("302a300506032b656e032100", "hex");

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
        const wire = new Wire(conn);
        const sealers = await handshake(wire, certificatePem, privateKey);
        await answer(wire, sealers, response, received);
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

/** What the data after a handshake is protected with. */
interface DataSealers {
  readonly client: Sealer;
  readonly server: Sealer;
}

/** The server's side of a handshake, up to its Finished (RFC 8446 §2). */
async function handshake(
  wire: Wire,
  certificatePem: string,
  privateKey: KeyObject,
): Promise<DataSealers> {
  const clientHello = (await wire.read()).body;
  const { sessionId, share } = parseClientHello(clientHello);
  const { ownShare, secret } = agree(share);
  const serverHello = makeServerHello(sessionId, ownShare);
  await wire.write(HANDSHAKE, serverHello);

  const empty = hash(Buffer.alloc(0));
  const early = extract(Buffer.alloc(32), Buffer.alloc(32));
  const handshakeSecret = extract(derive(early, "derived", empty), secret);
  const hellos = Buffer.concat([clientHello, serverHello]);
  const traffic = derive(handshakeSecret, "s hs traffic", hash(hellos));
  const flight = serverFlight(hellos, traffic, certificatePem, privateKey);
  await wire.writeRaw(new Sealer(traffic).seal(HANDSHAKE, flight));

  const master = extract(derive(handshakeSecret, "derived", empty), Buffer.alloc(32));
  const transcript = hash(Buffer.concat([hellos, flight]));
  return {
    client: new Sealer(derive(master, "c ap traffic", transcript)),
    server: new Sealer(derive(master, "s ap traffic", transcript)),
  };
}

/** A key exchange with the client's X25519 share. */
function agree(share: Buffer): { ownShare: Buffer; secret: Buffer } {
  const { publicKey: own, privateKey } = generateKeyPairSync("x25519");
  const key = Buffer.concat([X25519_SPKI, share]);
  const publicKey = createPublicKey({ key, format: "der", type: "spki" });
  const ownShare = own.export({ type: "spki", format: "der" }).subarray(X25519_SPKI.length);
  return { ownShare, secret: diffieHellman({ privateKey, publicKey }) };
}

/** EncryptedExtensions, Certificate, CertificateVerify and Finished (RFC 8446 §4.3, §4.4). */
function serverFlight(
  hellos: Buffer,
  traffic: Buffer,
  certificatePem: string,
  privateKey: KeyObject,
): Buffer {
  let flight = Buffer.concat([
    message(8, Buffer.from([0, 0])),
    message(11, certificateBody(certificatePem)),
  ]);
  const transcript = () => hash(Buffer.concat([hellos, flight]));
  const proof = sign(null, signedContent(transcript()), privateKey);
  const verify = message(15, Buffer.concat([Buffer.from([8, 7]), sized(2, proof)]));
  flight = Buffer.concat([flight, verify]);
  return Buffer.concat([flight, message(20, finishedBody(traffic, transcript()))]);
}

/** Answers whatever the client sends, until it hangs up. */
async function answer(
  wire: Wire,
  { client, server }: DataSealers,
  response: string,
  received: string[],
): Promise<void> {
  // The client's Finished comes before its data; what it says does not matter here.
  while ((await wire.read()).type !== DATA);
  for (;;) {
    const record = await wire.read();
    if (record.type !== DATA) continue;
    const { type, content } = client.open(record.header, record.body);
    if (type !== DATA) continue;
    received.push(content.toString("latin1"));
    await wire.writeRaw(server.seal(DATA, Buffer.from(response)));
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
