/**
 * Hears what is said by multicast DNS on one interface, and asks for devices every second. Prints a
 * JSON line for each message: `{"from": ADDRESS, "hex": BYTES}`.
 *
 *   deno run -A mdns_listener.ts INTERFACE IPV4_ADDRESS
 */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { encodePointerQuestion } from "./dns_message.ts";

const PORT = 5353;
const ASK_MS = 1_000;
const QUESTION = encodePointerQuestion("_codemem._tcp.local");

const [name, address] = Deno.args as [string, string];
const groups = [
  { type: "udp4", any: "0.0.0.0", group: "224.0.0.251", local: address },
  { type: "udp6", any: "::", group: "ff02::fb", local: `::%${name}` },
] as const;

for (const { type, any, group, local } of groups) {
  const socket: Socket = createSocket({ type, reuseAddr: true });
  socket.on("message", (message: Uint8Array, { address: from }: RemoteInfo) => {
    console.log(JSON.stringify({ from, hex: new Uint8Array(message).toHex() }));
  });
  socket.bind(PORT, any, () => {
    socket.addMembership(group, local);
    socket.setMulticastInterface(local);
    console.log(`listening ${type}`);
    setInterval(() => socket.send(QUESTION, PORT, group), ASK_MS);
  });
}
