import { assertEquals } from "@std/assert";
import { type InterfaceAddress, suitableLinks } from "./interfaces.ts";
import { isOnLink } from "./link.ts";
import { isNeighbour } from "./neighbourhood.ts";

const v4 = (name: string, address: string, netmask = "255.255.255.0"): InterfaceAddress => ({
  name,
  family: "IPv4",
  address,
  netmask,
  scopeid: null,
});
const v6 = (name: string, address: string, scopeid = 0): InterfaceAddress => ({
  name,
  family: "IPv6",
  address,
  netmask: "ffff:ffff:ffff:ffff::",
  scopeid,
});

const cases: readonly (readonly [string, readonly InterfaceAddress[], string[]])[] = [
  ["a wired network", [v4("eth0", "192.168.1.5")], ["eth0 IPv4 192.168.1.5"]],
  [
    "both families",
    [v4("en0", "10.0.0.5"), v6("en0", "fe80::5", 4), v6("en0", "fd00::5")],
    ["en0 IPv4 10.0.0.5", "en0 IPv6 fe80::5"],
  ],
  [
    "IPv6 without IPv4",
    [v6("eth0", "fe80::5", 2), v6("eth0", "2001:db8::5")],
    ["eth0 IPv6 fe80::5"],
  ],
  [
    "two addresses on one interface",
    [v4("eth0", "10.0.0.5"), v4("eth0", "10.1.0.5")],
    ["eth0 IPv4 10.0.0.5"],
  ],
  ["loopback", [v4("lo", "127.0.0.1", "255.0.0.0"), v6("lo", "::1")], []],
  ["link-local addresses alone", [v4("eth0", "169.254.3.4"), v6("eth0", "fe80::5", 2)], []],
  ["a peer-to-peer radio", [v6("awdl0", "fe80::5", 9)], []],
  ["containers", [v4("docker0", "172.17.0.1"), v4("br-abc", "172.18.0.1")], []],
  ["virtual machines", [v4("virbr0", "192.168.122.1"), v4("vmnet8", "172.16.0.1")], []],
  [
    "a tailnet",
    [v4("tailscale0", "100.64.0.5", "255.255.255.255"), v6("tailscale0", "fe80::5", 3)],
    [],
  ],
  ["a tunnel to one address", [v4("wg0", "10.8.0.2", "255.255.255.255")], []],
  // Inside of a container its end of the pair is the network.
  ["a host's end of a pair that has an address", [v4("veth0", "10.0.0.5")], [
    "veth0 IPv4 10.0.0.5",
  ]],
];

for (const [what, addresses, expected] of cases) {
  Deno.test(`${what}: ${expected.join(", ") || "no link"}`, () => {
    const links = suitableLinks(addresses);
    assertEquals(
      links.map(({ name, family, address }) => `${name} ${family} ${address}`),
      expected,
    );
  });
}

Deno.test("a link is another one when the addresses of its interface change", () => {
  const id = (...addresses: InterfaceAddress[]) => suitableLinks(addresses)[0]!.id;
  const home = v4("wlan0", "192.168.1.5");
  assertEquals(id(home), id({ ...home }));
  const others = [v4("wlan0", "192.168.1.6"), v4("wlan0", "192.168.1.5", "255.255.0.0")];
  for (const other of others) assertEquals(id(home) === id(other), false, other.address);
});

Deno.test("a packet is of the link that its source belongs to", () => {
  const [ipv4] = suitableLinks([v4("eth0", "10.0.0.5"), v4("eth0", "10.1.0.5", "255.255.255.128")]);
  const [ipv6] = suitableLinks([v6("eth0", "fe80::5", 2), v6("eth0", "fd00::5")]);
  const onIpv4 = ["10.0.0.0", "10.0.0.255", "10.1.0.127"];
  const offIpv4 = [
    "10.0.1.1",
    "10.1.0.128",
    "8.8.8.8",
    "fe80::1",
    "",
    "1.2.3",
    "1.2.3.4.5",
    "a.b.c.d",
  ];
  for (const source of onIpv4) assertEquals(isOnLink(ipv4!, source), true, source);
  for (const source of offIpv4) assertEquals(isOnLink(ipv4!, source), false, source);
  for (const source of ["fe80::1", "FE80::1", "febf::1"]) {
    assertEquals(isOnLink(ipv6!, source), true, source);
  }
  for (const source of ["fd00::1", "fec0::1", "2001:db8::1", "10.0.0.1", "fe8::1"]) {
    assertEquals(isOnLink(ipv6!, source), false, source);
  }
});

Deno.test("neighbours are those in the networks of the interface, whatever the family of the link", () => {
  const links = suitableLinks([
    v4("eth0", "10.0.0.5"),
    v6("eth0", "fe80::5", 2),
    v6("eth0", "2001:db8::5"),
    v4("eth1", "10.2.0.5"),
  ]).filter(({ name }) => name === "eth0");
  assertEquals(links.length, 2);
  for (const link of links) {
    for (const host of ["10.0.0.77", "2001:db8::77"]) {
      assertEquals(isNeighbour(link.neighbourhood, host), true, host);
    }
    for (const host of ["10.0.1.1", "10.2.0.77", "8.8.8.8", "2001:db8:0:1::77", "fe80::77"]) {
      assertEquals(isNeighbour(link.neighbourhood, host), false, host);
    }
  }
});
