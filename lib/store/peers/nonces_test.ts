import { assertEquals } from "@std/assert";
import { memoryStore, TempFolder } from "../../../tests/support/devices/stores.ts";
import { Database } from "../database.ts";
import { openStore } from "../store.ts";

const NOW_S = 1_800_000_000;
const HOUR_S = 60 * 60;

const seen = (nonce: string, nowS = NOW_S, peerDeviceId = "bob") => ({ peerDeviceId, nonce, nowS });

Deno.test("a nonce is good once, for each peer", () => {
  const { nonces } = memoryStore();
  assertEquals(nonces.record(seen("a")), true);
  assertEquals(nonces.record(seen("a")), false);
  assertEquals(nonces.record(seen("a", NOW_S + 1)), false);
  assertEquals(nonces.record(seen("b")), true);
  assertEquals(nonces.record(seen("a", NOW_S, "carol")), true);
});

Deno.test("a nonce is still known after a restart", () => {
  using folder = new TempFolder();
  const path = folder.file("a.db");
  const first = openStore({ path });
  first.nonces.record(seen("a"));
  first.close();
  const second = openStore({ path });
  assertEquals(second.nonces.record(seen("a", NOW_S + 60)), false);
  second.close();
});

Deno.test("a nonce is known to every process that has the store open", () => {
  using folder = new TempFolder();
  const path = folder.file("a.db");
  const [one, other] = [openStore({ path }), openStore({ path })];
  assertEquals([one.nonces.record(seen("a")), other.nonces.record(seen("a"))], [true, false]);
  one.close();
  other.close();
});

Deno.test("old nonces are cleared away, at most once an hour", () => {
  using folder = new TempFolder();
  const path = folder.file("a.db");
  const store = openStore({ path });
  const database = new Database(path);
  const count = () => database.get("SELECT count(*) AS count FROM sync_nonces")?.count;
  for (let index = 0; index < 10; index++) store.nonces.record(seen(`n${index}`));
  store.nonces.record(seen("within a day", NOW_S + 24 * HOUR_S));
  assertEquals(count(), 11);
  store.nonces.record(seen("soon after", NOW_S + 24 * HOUR_S + 60));
  assertEquals(count(), 12);
  store.nonces.record(seen("an hour later", NOW_S + 25 * HOUR_S));
  assertEquals(count(), 3);
  database.close();
  store.close();
});

Deno.test("a clock that is set back by less than a day brings no nonce back", () => {
  const { nonces } = memoryStore();
  nonces.record(seen("a"));
  for (let hour = 1; hour < 24; hour++) nonces.record(seen(`h${hour}`, NOW_S + hour * HOUR_S));
  assertEquals(nonces.record(seen("a", NOW_S - 60)), false);
  assertEquals(nonces.record(seen("h23", NOW_S)), false);
});
