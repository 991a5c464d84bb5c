/**
 * Whether a key file holds the device's key. Web Crypto derives the public half, because a command that only says
 * how things stand must not load `node:crypto`: see docs/decisions/0027-what-a-command-loads.md.
 */
import { keyDamaged, keyMissing, requireUnexposed } from "./key_refusals.ts";
import { readSmallFile } from "./small_file.ts";

const KEY_BYTES = 32;

/**
 * Requires that a file holds the private half of a key.
 *
 * @param path of the PKCS#8 PEM file
 * @param publicKey `ssh-ed25519 <base64>`
 * @throws {CodememError} key_missing, key_exposed, key_damaged
 */
export async function checkKeyFile(path: string, publicKey: string): Promise<void> {
  const file = readSmallFile(path);
  if (file === undefined) throw keyMissing(`${path} is missing`);
  requireUnexposed(path, file.mode);
  if (await isHalfOf(file.text, publicKey)) return;
  throw keyDamaged(`${path} does not hold the key of this device`);
}

async function isHalfOf(pem: string, publicKey: string): Promise<boolean> {
  try {
    const pkcs8 = Uint8Array.fromBase64(pem.replaceAll(/-----[^-]*-----/g, ""));
    const key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]);
    const { x } = await crypto.subtle.exportKey("jwk", key);
    const raw = Uint8Array.fromBase64(publicKey.split(" ")[1] ?? "").slice(-KEY_BYTES);
    return x === raw.toBase64({ alphabet: "base64url", omitPadding: true });
  } catch (error) {
    // Neither base64 nor a key of this kind.
    if (error instanceof SyntaxError || error instanceof DOMException) return false;
    throw error;
  }
}
