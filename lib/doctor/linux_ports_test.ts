import { assertEquals } from "@std/assert";
import { skipUnless } from "../../tests/support/skip.ts";
import { HAS_IPV6 } from "../../tests/support/system/has_ipv6.ts";
import { findLinuxOwners, parseListening } from "./linux_ports.ts";

Deno.test("sockets that listen are read from /proc/net, in both families", () => {
  const tcp = [
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
    "   0: 0100007F:97E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 35604 1 0000 100 0 0 10 0",
    "   1: 0501A8C0:1CA9 4D01A8C0:D431 01 00000000:00000000 00:00000000 00000000  1000        0 35605 1 0000 20 4 30 10 -1",
    "   2: garbage",
    "",
  ].join("\n");
  assertEquals(parseListening(tcp), [{ address: "127.0.0.1", port: 38_888, inode: "35604" }]);
  const line = (host: string) =>
    `head\n   0: ${host}:1CA9 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 7 1`;
  for (
    const [host, address] of [
      ["00000000000000000000000000000000", "::"],
      ["00000000000000000000000001000000", "::1"],
      ["5C117AFD0000E0A100000000BAAB0000", "fd7a:115c:a1e0::abba"],
      ["0000000000000000FFFF00000501A8C0", "192.168.1.5"],
    ] as const
  ) {
    assertEquals(parseListening(line(host)), [{ address, port: 7_337, inode: "7" }]);
  }
});

const isLinux = Deno.build.os === "linux";
Deno.test(
  skipUnless(isLinux, "needs Linux", "a socket of this process is found by its port", {
    os: "linux",
  }),
  async () => {
    using v4 = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const [owner, ...others] = (await findLinuxOwners(v4.addr.port))!;
    assertEquals(others, []);
    assertEquals([owner?.address, owner?.process?.pid], ["127.0.0.1", Deno.pid]);
  },
);

Deno.test(
  skipUnless(
    isLinux && HAS_IPV6,
    "needs Linux and IPv6",
    "a socket of IPv6 is found by its port",
    { isCi: false },
  ),
  async () => {
    using v6 = Deno.listen({ hostname: "::1", port: 0 });
    assertEquals((await findLinuxOwners(v6.addr.port))![0]?.address, "::1");
  },
);
