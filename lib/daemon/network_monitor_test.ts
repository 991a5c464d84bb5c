import { assertEquals, assertNotEquals } from "@std/assert";
import type { InterfaceAddress } from "../sync/own_addresses.ts";
import { NetworkMonitor } from "./network_monitor.ts";

const LAN: InterfaceAddress = { name: "wlan9", address: "192.168.1.5" };

const cases: readonly [what: string, isNews: boolean, addresses: readonly InterfaceAddress[]][] = [
  ["nothing has happened", false, [LAN]],
  ["addresses come in another order", false, [{ name: "lo", address: "::1" }, LAN]],
  ["a container was started", false, [LAN, { name: "veth1a2b3c", address: "fe80::1" }]],
  ["a container engine was started", false, [LAN, { name: "docker0", address: "172.17.0.1" }]],
  ["a cable was plugged in", true, [LAN, { name: "eth9", address: "192.168.2.5" }]],
  ["a tailnet was joined", true, [LAN, { name: "tailscale0", address: "100.64.0.1" }]],
  ["an address has changed", true, [{ ...LAN, address: "192.168.1.6" }]],
  ["an interface has got another address", true, [LAN, { name: "wlan9", address: "2001:db8::1" }]],
  ["the link is gone", true, []],
];

for (const [what, isNews, now] of cases) {
  Deno.test(`the network looks ${isNews ? "otherwise" : "the same"} where ${what}`, () => {
    let addresses: readonly InterfaceAddress[] = [LAN];
    const look = new NetworkMonitor(() => addresses);
    const before = look.read();
    addresses = now;
    const check = isNews ? assertNotEquals : assertEquals;
    check(look.read(), before);
    look.close();
  });
}
