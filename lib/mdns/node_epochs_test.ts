/** What whole nodes say from epoch to epoch. */
import { assertEquals } from "@std/assert";
import { bob, makeNode, MINUTE_MS, START_MS } from "../../tests/support/mdns/mdns_nodes.ts";
import { VirtualWire } from "../../tests/support/mdns/virtual_wire.ts";
import { EPOCH_MS } from "./discovery_tag.ts";
import type { DnsRecord } from "./packet.ts";

Deno.test("across epochs nothing recurs but address, port, version and service", () => {
  const wire = new VirtualWire(START_MS);
  wire.attach(bob(), "10.0.0.2");
  wire.attach(makeNode(1, ["bob"]), "10.0.0.1");
  wire.run(60 * MINUTE_MS);
  const said = new Map<string, number[]>();
  for (const { source, atMs, packet } of wire.captured) {
    if (source !== "10.0.0.2") continue;
    const records = [...packet.answers, ...packet.additionals];
    for (const record of records.filter(({ ttlS }) => ttlS > 0)) {
      for (const text of textsOf(record)) said.set(text, [...said.get(text) ?? [], atMs]);
    }
  }
  const recurring = [...said].filter(([, times]) => times.at(-1)! - times[0]! > EPOCH_MS + 10_000);
  assertEquals(recurring.map(([text]) => text).toSorted(), [
    "10.0.0.2",
    "7338",
    "_codemem._tcp.local",
    "v=3",
  ]);
  // Instance, host and tag of seven epochs.
  assertEquals(said.size - recurring.length, 7 * 3);
});

/** Every word that a record says, but for types. */
function textsOf(record: DnsRecord): string[] {
  if (record.type === "NSEC") return [];
  const { type: _type, ttlS: _ttlS, flush: _flush, ...rest } = record;
  return Object.values(rest).flat().map((value) =>
    String(value).replace(/^[^._]+\._codemem\._tcp\.local$/, (name) => name.split(".")[0]!)
  );
}

Deno.test("each name of an epoch is taken back at its end", () => {
  const wire = new VirtualWire(START_MS);
  wire.attach(bob(), "10.0.0.2");
  wire.run(11 * MINUTE_MS);
  const answers = wire.captured.flatMap(({ packet }) => packet.answers);
  const names = (records: readonly DnsRecord[]) => new Set(records.map(({ name }) => name));
  const takenBack = names(answers.filter(({ ttlS }) => ttlS === 0));
  const said = names(answers.filter(({ ttlS }) => ttlS > 0));
  assertEquals(said.difference(takenBack).size, 2);
  assertEquals(takenBack.difference(said).size, 0);
});
