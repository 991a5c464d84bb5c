import { assertEquals } from "@std/assert";
import { isLocalNetworkDenied } from "./local_network.ts";

const INTERFACES = [
  { address: "127.0.0.1", netmask: "255.0.0.0" },
  { address: "192.168.1.20", netmask: "255.255.255.0" },
  { address: "100.101.2.3", netmask: "255.255.255.255" },
  { address: "fe80::1", netmask: "ffff:ffff:ffff:ffff::" },
  { address: "10.0.0.1", netmask: "0.0.0.0" },
];

Deno.test("an unreachable host of one's own network is a denied permission, on macOS alone", () => {
  for (
    const [host, os, denied] of [
      ["192.168.1.77", "darwin", true],
      ["192.168.1.77", "linux", false],
      ["192.168.2.77", "darwin", false],
      ["100.101.2.4", "darwin", false],
      ["10.0.0.2", "darwin", false],
      ["fe80::2", "darwin", false],
      ["laptop.local", "darwin", true],
      ["laptop.tail1.ts.net", "darwin", false],
    ] as const
  ) {
    assertEquals(isLocalNetworkDenied({ host, os, interfaces: INTERFACES }), denied, host + os);
  }
});
