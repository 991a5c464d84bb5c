import { assertEquals } from "@std/assert";
import {
  addressScope,
  formatAddress,
  isIpAddress,
  isLoopbackHost,
  isPort,
  parseAddress,
} from "./address.ts";

const read: readonly (readonly [string, string])[] = [
  ["192.168.1.5:7337", "192.168.1.5:7337"],
  ["192.168.1.5", "192.168.1.5:7337"],
  ["  Laptop.Local.:80 ", "laptop.local:80"],
  ["laptop.tail1.ts.net", "laptop.tail1.ts.net:7337"],
  ["http://laptop:7337/", "laptop:7337"],
  ["HTTPS://laptop:7337/v1/status?x=1", "laptop:7337"],
  ["https://laptop/", "laptop:7337"],
  ["[fd7a:115c:a1e0::1]:7338", "[fd7a:115c:a1e0::1]:7338"],
  ["[FD7A:115C:A1E0:0:0:0:0:1]", "[fd7a:115c:a1e0::1]:7337"],
  ["fd7a:115c:a1e0::1", "[fd7a:115c:a1e0::1]:7337"],
  ["::1", "[::1]:7337"],
  ["[0:0:0:0:0:0:0:1]:1", "[::1]:1"],
  ["[2001:DB8:0:0:1:0:0:1]:1", "[2001:db8::1:0:0:1]:1"],
  ["[::ffff:192.168.1.5]:1", "192.168.1.5:1"],
  ["[::ffff:a9fe:a9fe]:1", "169.254.169.254:1"],
  ["my_host-1:65535", "my_host-1:65535"],
  ["host:007", "host:7"],
];

for (const [text, address] of read) {
  Deno.test(`${JSON.stringify(text)} reads as ${address}`, () => {
    const parsed = parseAddress(text, 7337);
    assertEquals(parsed && formatAddress(parsed), address);
  });
}

const refused = [
  "",
  ":7337",
  "host:0",
  "host:65536",
  "host:123456",
  "host:-1",
  "host:http",
  "host:80:80",
  "user@host:80",
  "http://user:secret@host:80/",
  "ftp://host",
  "two words:80",
  "host?x=1",
  "host#x",
  "h\u00f6st:80",
  "-host:80",
  "host-:80",
  "a..b:80",
  ".host:80",
  "1.2.3:80",
  "1.2.3.4.5:80",
  "1.2.3.256:80",
  "01.2.3.4:80",
  "0251.0376.0251.0376:80",
  "2852039166:80",
  "0xa9fea9fe:80",
  "0xa9.0xfe.0xa9.0xfe:80",
  "169.254.169.0xfe:80",
  "0x7f.1:80",
  "[::1",
  "[1.2.3.4]:80",
  "[abc]:80",
  "[host]:80",
  "[fe80::1%eth0]:80",
  "[:::]:80",
  "1:2:3:4:5:6:7:8:9",
  "x".repeat(254),
  "host:1/\nevil",
];

for (const text of refused) {
  Deno.test(`${JSON.stringify(text)} is no address`, () => {
    assertEquals(parseAddress(text, 7337), undefined);
  });
}

Deno.test("an address without a port needs a default one", () => {
  assertEquals(parseAddress("host"), undefined);
  assertEquals(parseAddress("::1"), undefined);
  assertEquals(parseAddress("host:1"), { host: "host", port: 1 });
});

const scopes: readonly (readonly [string, ReturnType<typeof addressScope>])[] = [
  ["localhost", "loopback"],
  ["a.localhost", "loopback"],
  ["127.0.0.1", "loopback"],
  ["127.255.255.254", "loopback"],
  ["::1", "loopback"],
  ["::ffff:127.0.0.1", "loopback"],
  ["0.0.0.0", "undialable"],
  ["0.1.2.3", "undialable"],
  ["::", "undialable"],
  ["169.254.1.1", "undialable"],
  ["169.254.169.254", "undialable"],
  ["::ffff:169.254.169.254", "undialable"],
  ["0xa9fea9fe", "undialable"],
  ["fd00:ec2::254", "undialable"],
  // Gateways and old forms that lead to an IPv4 address.
  ["64:ff9b::169.254.169.254", "undialable"],
  ["64:ff9b::a9fe:a9fe", "undialable"],
  ["64:ff9b::127.0.0.1", "undialable"],
  ["64:ff9b::10.0.0.1", "undialable"],
  ["64:ff9b::8.8.8.8", "public"],
  ["64:ff9b:1::a9fe:a9fe", "undialable"],
  ["2002:a9fe:a9fe::1", "undialable"],
  ["2002:808:808::1", "public"],
  ["::169.254.169.254", "undialable"],
  ["::ffff:0:169.254.169.254", "undialable"],
  ["::8.8.8.8", "undialable"],
  ["fe80::1", "undialable"],
  ["FE80::1", "undialable"],
  ["febf::1", "undialable"],
  ["ff02::fb", "undialable"],
  ["224.0.0.251", "undialable"],
  ["255.255.255.255", "undialable"],
  ["100.63.255.255", "public"],
  ["100.64.0.0", "tailscale"],
  ["100.127.255.255", "tailscale"],
  ["100.128.0.0", "public"],
  ["fd7a:115c:a1e0::1", "tailscale"],
  ["fd7a:115c:a1e0:ab12::1", "tailscale"],
  ["laptop.tail1.ts.net", "tailscale"],
  ["ts.net.example", "public"],
  ["10.0.0.1", "lan"],
  ["172.15.0.1", "public"],
  ["172.16.0.1", "lan"],
  ["172.31.255.255", "lan"],
  ["172.32.0.1", "public"],
  ["192.168.0.1", "lan"],
  ["fd12::1", "lan"],
  ["fc00::1", "lan"],
  ["laptop", "lan"],
  ["laptop.local", "lan"],
  ["8.8.8.8", "public"],
  ["2001:db8::1", "public"],
  // Short groups: 0fe8, 00fc and 00ff, not fe80, fc00 and ff00.
  ["fe8::1", "public"],
  ["fc::1", "public"],
  ["ff::1", "public"],
  ["example.org", "public"],
];

for (const [host, scope] of scopes) {
  Deno.test(`${host} is ${scope}`, () => assertEquals(addressScope(host), scope));
}

Deno.test("loopback is this machine alone, and no name that only begins like it", () => {
  for (const host of ["localhost", "LOCALHOST", "127.0.0.1", "::1", "0:0:0:0:0:0:0:1"]) {
    assertEquals(isLoopbackHost(host), true, host);
  }
  for (const host of ["localhost.evil", "127.evil", "127.0.0.1.evil", "", "128.0.0.1", "::2"]) {
    assertEquals(isLoopbackHost(host), false, host);
  }
});

Deno.test("an IP address is told from a name", () => {
  for (const host of ["1.2.3.4", "::1", "fd7a::1"]) assertEquals(isIpAddress(host), true, host);
  for (const host of ["laptop", "1.2.3", "1.2.3.4.5", "g::1"]) {
    assertEquals(isIpAddress(host), false, host);
  }
});

Deno.test("a port is a whole number from 1 to 65535", () => {
  for (const port of [1, 7337, 65_535]) assertEquals(isPort(port), true);
  for (const port of [0, -1, 65_536, 1.5, NaN, "80", null]) assertEquals(isPort(port), false);
});
