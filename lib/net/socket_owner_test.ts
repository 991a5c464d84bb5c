import { assertEquals } from "@std/assert";
import { type ConnectionEnds, ownerInTables, socketOwner } from "./socket_owner.ts";

const ENDS: ConnectionEnds = {
  remoteAddress: "127.0.0.1",
  remotePort: 0xd431,
  localAddress: "127.0.0.1",
  localPort: 38_888,
};
const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid";
const row = (local: string, remote: string, uid: number, inode: number) =>
  `   1: ${local} ${remote} 01 00000000:00000000 00:00000000 00000000  ${uid}        0 ${inode} 1 0`;
const OWN_END = row("0100007F:97E8", "0100007F:D431", 1000, 77);

Deno.test("the owner is that of the caller's end, and not of our own", () => {
  const tables = [HEAD, OWN_END, row("0100007F:D431", "0100007F:97E8", 1001, 78)].join("\n");
  assertEquals(ownerInTables(tables, ENDS), 1001);
  assertEquals(ownerInTables(tables, { ...ENDS, remoteAddress: "127.0.0.2" }), undefined);
});

Deno.test("a caller is found on a socket of either family", () => {
  const mapped = "0000000000000000FFFF00000100007F";
  const six = "00000000000000000000000001000000";
  const tables = [
    OWN_END,
    row(`${mapped}:D431`, `${mapped}:97E8`, 1002, 79),
    row(`${six}:D431`, `${six}:97E8`, 1003, 80),
  ].join("\n");
  assertEquals(ownerInTables(tables, ENDS), 1002);
  const over6 = { ...ENDS, remoteAddress: "::1", localAddress: "::1" };
  assertEquals(ownerInTables(tables, over6), 1003);
  const mappedEnds = { remoteAddress: "::ffff:127.0.0.1", localAddress: "::ffff:127.0.0.1" };
  assertEquals(ownerInTables(tables, { ...ENDS, ...mappedEnds }), 1002);
});

Deno.test("who has closed its end does not pass for root", () => {
  const closed = row("0100007F:D431", "0100007F:97E8", 0, 0);
  assertEquals(ownerInTables([OWN_END, closed].join("\n"), ENDS), "gone");
  assertEquals(ownerInTables(OWN_END, ENDS), "gone", "and not for unknown when it is forgotten");
});

Deno.test("a system that tells nothing is taken at its word", () => {
  for (const tables of ["", HEAD, `${HEAD}\nnonsense`, "\0\n\n  : :"]) {
    assertEquals(ownerInTables(tables, ENDS), undefined);
  }
});

Deno.test({
  name: "the owner of a real connection is this user",
  ignore: Deno.build.os !== "linux",
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    using _calling = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
    using called = await listener.accept();
    const { hostname: remoteAddress, port: remotePort } = called.remoteAddr as Deno.NetAddr;
    const { hostname: localAddress, port: localPort } = called.localAddr as Deno.NetAddr;
    const ends = { remoteAddress, remotePort, localAddress, localPort };
    assertEquals(await socketOwner(ends), Deno.uid());
  },
});
