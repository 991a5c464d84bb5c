import { assert, assertEquals } from "@std/assert";
import { Browser } from "./browser.ts";
import { discoveryTag, epochOf } from "./discovery_tag.ts";
import { KnownTags, type SoughtPeer } from "./known_tags.ts";
import { type DnsRecord, type Packet, response } from "./packet.ts";
import { advertRecords, announced, goodbye, HOST_TTL_S, OTHER_TTL_S, SERVICE } from "./records.ts";

const START_MS = Date.UTC(2026, 0, 1);
const KEY = new Uint8Array(32).fill(7);
const BOB: SoughtPeer = { deviceId: "bob", discoveryKey: KEY };
const SOURCE = "10.0.0.2";
const TAG = discoveryTag(KEY, epochOf(START_MS));

function advert(instance = "i", host = SOURCE, port = 7337) {
  return advertRecords({ instance, host: `h${instance}` }, TAG, [{ host, port }])!;
}

function makeBrowser(peers: readonly SoughtPeer[] = [BOB]): Browser {
  return new Browser(new KnownTags(() => peers), () => 0.5);
}

/** What is asked within `forMs`, and after how many milliseconds from the start. */
function run(browser: Browser, fromMs: number, forMs: number): [number, Packet][] {
  const asked: [number, Packet][] = [];
  while (browser.nextDueMs <= fromMs + forMs) {
    const atMs = Math.max(fromMs, browser.nextDueMs);
    for (const packet of browser.takeDue(atMs)) asked.push([atMs - START_MS, packet]);
  }
  return asked;
}

const addresses = (browser: Browser, nowMs: number) =>
  browser.addressesOf("bob", nowMs).map(({ address }) => address);

Deno.test("it asks after 70 ms, one second, three, nine and so on, up to once an hour", () => {
  const browser = makeBrowser();
  browser.restart(START_MS, 0.5);
  const asked = run(browser, START_MS, 6 * 3_600_000);
  const intervals = asked.slice(1).map(([atMs], at) => (atMs - asked[at]![0]) / 1_000);
  assertEquals(asked[0]![0], 70);
  assertEquals(intervals.slice(0, 8), [1, 3, 9, 27, 81, 243, 729, 2_187]);
  assertEquals([...new Set(intervals.slice(8))], [3_600]);
  for (const [, { kind, questions, answers }] of asked) {
    assertEquals(kind, "query");
    assertEquals(questions, [{ name: SERVICE, type: "PTR", unicast: false }]);
    assertEquals(answers, []);
  }
});

Deno.test("an advert that it knows is named as an answer, until half of its time is over", () => {
  const browser = makeBrowser();
  browser.restart(START_MS, 0.5);
  run(browser, START_MS, 500);
  browser.heardResponse(response(announced(advert())), SOURCE, START_MS + 500);
  const [[, next]] = run(browser, START_MS + 501, 1_000) as [[number, Packet]];
  assertEquals(next.answers, [{
    type: "PTR",
    name: SERVICE,
    target: `i.${SERVICE}`,
    ttlS: OTHER_TTL_S - 1,
    flush: false,
  }]);
});

Deno.test("an address is asked for again at 80, 85, 90 and 95 hundredths of its time, then gone", () => {
  const browser = makeBrowser();
  browser.heardResponse(response(announced(advert())), SOURCE, START_MS);
  const asked = run(browser, START_MS, 119_000);
  // Half of the two hundredths by which askers are spread are added.
  const expected = [0.81, 0.86, 0.91, 0.96].map((part) => part * HOST_TTL_S * 1_000);
  assertEquals(asked.map(([atMs]) => Math.round(atMs)), expected.map(Math.round));
  assertEquals(asked[0]![1].questions.map(({ name, type }) => `${type} ${name}`), [
    `SRV i.${SERVICE}`,
    "A hi.local",
    "AAAA hi.local",
  ]);
  assertEquals(addresses(browser, START_MS + 119_999), [`${SOURCE}:7337`]);
  assertEquals(addresses(browser, START_MS + 120_000), []);
});

Deno.test("who answers is known for as long again", () => {
  const browser = makeBrowser();
  const { srv, hosts } = advert();
  browser.heardResponse(response(announced(advert())), SOURCE, START_MS);
  browser.heardResponse(response([srv, ...hosts]), SOURCE, START_MS + 100_000);
  assertEquals(addresses(browser, START_MS + 219_999), [`${SOURCE}:7337`]);
});

Deno.test("what an advert lacks is asked for, three times at most", () => {
  const browser = makeBrowser();
  const { txt, srv, hosts } = advert();
  browser.heardResponse(response([txt]), SOURCE, START_MS);
  const asked = run(browser, START_MS, 9_000);
  assertEquals(asked.map(([atMs]) => atMs), [100, 1_000, 3_000]);
  assertEquals(asked[0]![1].questions.map(({ type }) => type), ["SRV"]);
  browser.heardResponse(response([srv]), SOURCE, START_MS + 9_000);
  assertEquals(addresses(browser, START_MS + 9_000), []);
  browser.heardResponse(response(hosts), SOURCE, START_MS + 9_500);
  assertEquals(addresses(browser, START_MS + 9_500), [`${SOURCE}:7337`]);
});

Deno.test("a peer that was lost is asked for anew, a second apart at first", () => {
  const browser = makeBrowser();
  browser.restart(START_MS, 0.5);
  run(browser, START_MS, 1_800_000);
  const nowMs = START_MS + 1_800_000;
  const tag = discoveryTag(KEY, epochOf(nowMs));
  const records = announced(
    advertRecords({ instance: "i", host: "h" }, tag, [{
      host: SOURCE,
      port: 7337,
    }])!,
  );
  browser.heardResponse(response(records), SOURCE, nowMs);
  browser.heardResponse(response(records.map(goodbye)), SOURCE, nowMs + 1_000);
  const asked = run(browser, nowMs + 1_000, 10_000).map(([atMs]) => atMs - 1_800_000);
  assertEquals(asked, [2_070, 3_070, 6_070]);
});

const withoutMeaning: Readonly<Record<string, readonly string[]>> = {
  "has no version": [`t=${TAG}`],
  "is of another version": ["v=4", `t=${TAG}`],
  "has no tag": ["v=3"],
  "has a tag of nobody": ["v=3", "t=AAAAAAAAAAAAAAAAAAAAAA"],
  "has a tag of an epoch that is long over": [
    "v=3",
    `t=${discoveryTag(KEY, epochOf(START_MS) - 2)}`,
  ],
  "is empty": [],
};

for (const [what, entries] of Object.entries(withoutMeaning)) {
  Deno.test(`an advert whose TXT record ${what} leaves nothing behind`, () => {
    const browser = makeBrowser();
    const records = announced(advert()).map((record) =>
      record.type === "TXT" ? { ...record, entries } : record
    );
    assertEquals(browser.heardResponse(response(records), SOURCE, START_MS), []);
    assertEquals(browser.nextDueMs, Infinity);
  });
}

for (const offset of [-1, 0, 1]) {
  Deno.test(`a tag of ${offset} epochs from now is known`, () => {
    const browser = makeBrowser();
    const tag = discoveryTag(KEY, epochOf(START_MS) + offset);
    const names = { instance: "i", host: "h" };
    const records = announced(advertRecords(names, tag, [{ host: SOURCE, port: 1 }])!);
    const found = browser.heardResponse(response(records), SOURCE, START_MS);
    assertEquals(found, [{ deviceId: "bob", address: `${SOURCE}:1` }]);
  });
}

Deno.test("an advert that says goodbye is not the first that is heard of it", () => {
  const browser = makeBrowser();
  browser.heardResponse(response(announced(advert()).map(goodbye)), SOURCE, START_MS);
  assertEquals(browser.nextDueMs, Infinity);
});

Deno.test("an address that comes from itself takes the place of one that is only told of", () => {
  const browser = makeBrowser();
  for (let count = 0; count < 10; count++) {
    const records = announced(advert(`fake${count}`, `10.0.0.${50 + count}`));
    browser.heardResponse(response(records), `10.0.0.${150 + count}`, START_MS);
  }
  assertEquals(addresses(browser, START_MS).length, 4);
  browser.heardResponse(response(announced(advert())), SOURCE, START_MS + 1);
  assert(addresses(browser, START_MS + 1).includes(`${SOURCE}:7337`));
  assertEquals(addresses(browser, START_MS + 1).length, 4);
});

Deno.test("one source has room for two adverts, whatever it sends", () => {
  const browser = makeBrowser();
  for (let count = 0; count < 10; count++) {
    browser.heardResponse(response(announced(advert(`i${count}`))), SOURCE, START_MS);
  }
  assertEquals([...new Set(addresses(browser, START_MS))], [`${SOURCE}:7337`]);
  assertEquals(addresses(browser, START_MS).length, 2);
});

Deno.test("an advert has room for eight addresses, and a set that replaces it ends the others", () => {
  const browser = makeBrowser();
  const { txt, srv } = advert();
  const host = (address: string): DnsRecord => (
    { type: "A", name: "hi.local", address, ttlS: HOST_TTL_S, flush: true }
  );
  const many = Array.from({ length: 20 }, (_, at) => host(`10.0.0.${at + 1}`));
  browser.heardResponse(response([txt, srv, ...many]), SOURCE, START_MS);
  assertEquals(addresses(browser, START_MS).length, 8);
  browser.heardResponse(response([host("10.0.0.2")]), SOURCE, START_MS + 5_000);
  assertEquals(addresses(browser, START_MS + 5_500).length, 8);
  assertEquals(addresses(browser, START_MS + 6_000), ["10.0.0.2:7337"]);
});

Deno.test("a time to live that is longer than any device gives is not believed", () => {
  const browser = makeBrowser();
  const records = announced(advert()).map((record) => ({ ...record, ttlS: 0x7fff_ffff }));
  browser.heardResponse(response(records), SOURCE, START_MS);
  assertEquals(addresses(browser, START_MS + 120_000), []);
});

Deno.test("a device that is sought no longer is let go", () => {
  const peers = [BOB];
  const tags = new KnownTags(() => peers);
  const browser = new Browser(tags, () => 0.5);
  browser.heardResponse(response(announced(advert())), SOURCE, START_MS);
  peers.pop();
  tags.reload(START_MS);
  browser.restart(START_MS, 0.5);
  run(browser, START_MS, 100);
  assertEquals(addresses(browser, START_MS + 100), []);
});
