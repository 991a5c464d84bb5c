/**
 * Proving by a signature that a key file holds the device's key. Web Crypto does it, because a command that only
 * says how things stand must not load `node:crypto`: see docs/decisions/0027-what-a-command-loads.md.
 */
import { keyDamaged, keyMissing, requireUnexposed } from "./key_refusals.ts";
import { readSmallFile } from "./small_file.ts";

const CHALLENGE_BYTES = 32;
const KEY_BYTES = 32;

/**
 * Requires that a file holds the private half of a key.
 *
 * @param path of the PKCS#8 PEM file
 * @param publicKey `ssh-ed25519 <base64>`
 * @throws {CodememError} key_missing, key_exposed, key_damaged
 */
export async function requireProof(path: string, publicKey: string): Promise<void> {
  const file = readSmallFile(path);
  if (file === undefined) throw keyMissing(`${path} is missing`);
  requireUnexposed(path, file.mode);
  if (await signsAs(file.text, publicKey)) return;
  throw keyDamaged(`${path} does not hold the key of this device`);
}

async function signsAs(pem: string, publicKey: string): Promise<boolean> {
  const challenge = crypto.getRandomValues(new Uint8Array(CHALLENGE_BYTES));
  try {
    const pkcs8 = Uint8Array.fromBase64(pem.replaceAll(/-----[^-]*-----/g, ""));
    const privateKey = await importKey("pkcs8", pkcs8, "sign");
    const raw = Uint8Array.fromBase64(publicKey.split(" ")[1] ?? "").slice(-KEY_BYTES);
    const signature = await crypto.subtle.sign("Ed25519", privateKey, challenge);
    return await crypto.subtle.verify(
      "Ed25519",
      await importKey("raw", raw, "verify"),
      signature,
      challenge,
    );
  } catch (error) {
    // Neither base64 nor a key of this kind.
    if (error instanceof SyntaxError || error instanceof DOMException) return false;
    throw error;
  }
}

function importKey(
  format: "pkcs8" | "raw",
  bytes: Uint8Array<ArrayBuffer>,
  usage: KeyUsage,
): Promise<CryptoKey> {
  return crypto.subtle.importKey(format, bytes, "Ed25519", false, [usage]);
}
