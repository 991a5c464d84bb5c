import { assertEquals } from "@std/assert";
import { advertRecords, SERVICE } from "./records.ts";

const NAMES = { instance: "i", host: "h" };

Deno.test("an advert says where the service is, and no more", () => {
  const addresses = [{ host: "10.0.0.1", port: 7337 }, { host: "fd00::1", port: 7337 }];
  const { instance, srv, txt, hosts } = advertRecords(NAMES, "abc", addresses)!;
  assertEquals([instance.name, srv.name, txt.name], [SERVICE, `i.${SERVICE}`, `i.${SERVICE}`]);
  assertEquals(instance.type === "PTR" && instance.target, `i.${SERVICE}`);
  assertEquals(srv.type === "SRV" && [srv.target, srv.port], ["h.local", 7337]);
  assertEquals(txt.type === "TXT" && txt.entries, ["v=3", "t=abc"]);
  const shown = hosts.map((record) => "address" in record && [record.type, record.address]);
  assertEquals(shown, [["A", "10.0.0.1"], ["AAAA", "fd00::1"]]);
});

Deno.test("without an address there is no advert", () => {
  assertEquals(advertRecords(NAMES, "abc", []), undefined);
});

Deno.test("addresses of another port than the first one's, and more than eight, are left out", () => {
  const many = Array.from({ length: 12 }, (_, at) => ({ host: `10.0.0.${at}`, port: 7337 }));
  const mixed = [many[0]!, { host: "10.0.1.1", port: 1 }, ...many.slice(1)];
  const { hosts } = advertRecords(NAMES, "abc", mixed)!;
  const shown = hosts.map((record) => "address" in record && record.address);
  assertEquals(shown, many.slice(0, 8).map(({ host }) => host));
});
