import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { CodememError } from "../errors.ts";
import { dialableAddresses, refuseUndialable, systemResolver } from "./dialable_addresses.ts";

const UNDIALABLE = [
  "169.254.169.254",
  "169.254.0.1",
  "::ffff:169.254.169.254",
  "fd00:ec2::254",
  "fe80::1",
  "fe80::1%eth0",
  "febf::1",
  "224.0.0.251",
  "ff02::fb",
  "0.0.0.0",
  "::",
  "255.255.255.255",
];

Deno.test("what no device is reached at is left out of what a name leads to", async () => {
  for (const address of UNDIALABLE) {
    const error = await assertRejects(
      () => dialableAddresses("device.example", () => Promise.resolve([address])),
      CodememError,
    );
    assertEquals(error.code, "unreachable", address);
    assertEquals(assertThrows(() => refuseUndialable(address), CodememError).code, "unreachable");
    const found = ["192.168.1.5", address, "fd12::5"];
    const left = await dialableAddresses("device.example", () => Promise.resolve(found));
    assertEquals([...left], ["192.168.1.5", "fd12::5"], address);
  }
});

Deno.test("the system's resolver knows this machine", async () => {
  const [address] = await dialableAddresses("localhost", systemResolver);
  assertEquals(address === "127.0.0.1" || address === "::1", true, address);
});
