/** Discovery beside a responder that is not ours. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Buffer } from "node:buffer";
import { discoveryTag, epochOf } from "../../lib/mdns/discovery_tag.ts";
import { Avahi, hasAvahi, type ResolvedService } from "../support/mdns/avahi.ts";
import { eventually } from "../support/eventually.ts";
import { Discoverer } from "../support/mdns/discoverer.ts";
import { skipUnless } from "../support/skip.ts";
import type { LabHost } from "../support/lab/lab_host.ts";
import { HAS_LAB, makeLan } from "../support/lab/network_lab.ts";

const ALICE = "a1".repeat(32);
const BOB = "b2".repeat(32);
const CAROL = "c3".repeat(32);
const SERVICE = "_codemem._tcp";

/** The tags of a device now, also if the epoch changes while the test runs. */
function tagsOf(key: string): string[] {
  const epoch = epochOf(Date.now());
  return [epoch, epoch - 1].map((each) => discoveryTag(Buffer.from(key, "hex"), each));
}

type Hosts = Readonly<Record<"left" | "right", LabHost>>;

function avahiTest(name: string, fn: (hosts: Hosts, avahi: Avahi) => Promise<void>): void {
  Deno.test({
    ...skipUnless(HAS_LAB && hasAvahi(), "needs a network lab, avahi and dbus", name),
    async fn() {
      await using lan = await makeLan("avahi", ["left", "right"]);
      await using avahi = await Avahi.start(lan.hosts.right);
      await fn(lan.hosts, avahi);
    },
  });
}

avahiTest("avahi-browse sees an advert whole, and its end", async (hosts, avahi) => {
  await using alice = new Discoverer(hosts.left, { ownKey: ALICE, port: 7337, peerKeys: {} });
  await alice.until(({ state }) => state.active);
  let services: ResolvedService[] = [];
  await eventually("avahi sees a device", async () => {
    services = await avahi.browse(SERVICE);
    return services.length > 0;
  });
  assertEquals(services.length, 1);
  assertIsAdvertOf(services[0]!, ALICE, "10.77.0.1", 7337);
  await alice.stop();
  const isGone = async () => (await avahi.browse(SERVICE)).length === 0;
  await eventually("avahi has forgotten the device", isGone);
});

avahiTest(
  "an advert that avahi publishes is found, and its end is noticed",
  async (hosts, avahi) => {
    await using alice = new Discoverer(hosts.left, { port: 0, peerKeys: { bob: BOB } });
    await alice.until(({ state }) => state.active);
    const withdraw = avahi.publish("Bob's", SERVICE, 7444, ["v=3", `t=${tagsOf(BOB)[0]}`]);
    await alice.until(({ addresses }) => addresses.bob!.includes("10.77.0.2:7444"));
    await withdraw();
    await alice.until(({ addresses }) => addresses.bob!.length === 0);
  },
);

avahiTest("both use port 5353 of one host, and both are found", async (hosts, avahi) => {
  const peerKeys = { bob: BOB, carol: CAROL };
  await using alice = new Discoverer(hosts.left, { ownKey: ALICE, port: 7337, peerKeys });
  const options = { ownKey: BOB, port: 7338, peerKeys: { alice: ALICE, carol: CAROL } };
  await using bob = new Discoverer(hosts.right, options);
  avahi.publish("Carol's", SERVICE, 7444, ["v=3", `t=${tagsOf(CAROL)[0]}`]);
  await alice.until(({ addresses }) => addresses.bob!.includes("10.77.0.2:7338"));
  await alice.until(({ addresses }) => addresses.carol!.includes("10.77.0.2:7444"));
  await bob.until(({ addresses }) => addresses.alice!.includes("10.77.0.1:7337"));
  await bob.until(({ addresses }) => addresses.carol!.includes("10.77.0.2:7444"));
  let ports = new Set<number>();
  await eventually("avahi sees all three", async () => {
    ports = new Set((await avahi.browse(SERVICE)).map(({ port }) => port));
    return ports.size === 3;
  });
  assertEquals([...ports].toSorted((a, b) => a - b), [7337, 7338, 7444]);
});

function assertIsAdvertOf(service: ResolvedService, key: string, address: string, port: number) {
  assertMatch(service.instance, /^[0-9a-f]{32}$/);
  assertMatch(service.host, /^[0-9a-f]{32}\.local$/);
  assertEquals([service.address, service.port], [address, port]);
  const [tag, version, ...rest] = service.entries;
  assertEquals([version, rest], ["v=3", []]);
  assert(tagsOf(key).includes(tag!.slice("t=".length)), `${tag} is no tag of its`);
}
