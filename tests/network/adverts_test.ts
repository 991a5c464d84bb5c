import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { HeardMdns, type HeardMessage } from "../support/mdns/heard_mdns.ts";
import { eventually } from "../support/eventually.ts";
import { LabHome } from "../support/lab/lab_home.ts";
import type { LabHost } from "../support/lab/lab_host.ts";
import { labTest, NetworkLab } from "../support/lab/network_lab.ts";

/** An advert is announced so often, in each family of addresses at the same time. */
const ANNOUNCEMENTS = 3;

Deno.test(
  labTest("what is advertised on a network are the addresses in that network"),
  async () => {
    await using lab = await NetworkLab.make("multihomed");
    const device = await lab.addHost("device");
    await device.addLocalBridge("docker0", "172.17.0.1/16");
    const ears: LabHost[] = [];
    for (const net of [0, 1]) {
      const bridge = await lab.addBridge();
      await device.attach(bridge, { name: `eth${net}`, address: `10.7${net}.0.1/24` });
      const ear = await lab.addHost(`ear${net}`);
      await ear.attach(bridge, { name: "eth0", address: `10.7${net}.0.9/24` });
      ears.push(ear);
    }
    await using heard0 = await HeardMdns.on(ears[0]!, "eth0", "10.70.0.9");
    await using heard1 = await HeardMdns.on(ears[1]!, "eth0", "10.71.0.9");
    await using home = await LabHome.on(device);
    await using _serve = await home.serve();
    for (const [net, heard] of [heard0, heard1].entries()) {
      const advert = await heard.advertOf(`10.7${net}.0.1`);
      const service = advert.records.find(({ type }) => type === "SRV")!;
      assert(service.text.endsWith(":7337"), service.text);
    }
    const all = () => [heard0, heard1].every((heard) => heard.adverts().length >= ANNOUNCEMENTS);
    await eventually("all announcements are heard", all);
    for (const [net, heard] of [heard0, heard1].entries()) {
      const own = await addressesOf(device, `eth${net}`);
      const told = heard.adverts().flatMap(({ records }) => records)
        .filter(({ type }) => type === "A" || type === "AAAA").map(({ text }) => text);
      assertEquals(told.filter((address) => !own.includes(address)), []);
    }
  },
);

Deno.test(labTest("an advert names nothing by which a device could be followed"), async () => {
  await using lab = await NetworkLab.make("nameless");
  const bridge = await lab.addBridge();
  const host = await lab.addHost("pelican");
  await host.attach(bridge, { name: "eth0", address: "10.77.0.1/24" });
  const ear = await lab.addHost("ear");
  await ear.attach(bridge, { name: "eth0", address: "10.77.0.9/24" });
  await using home = await LabHome.on(host);
  const { device_id: deviceId, fingerprint } = await home.json<
    { device_id: string; fingerprint: string }
  >("sync", "status");
  const adverts: HeardMessage[] = [];
  for (let start = 0; start < 2; start++) {
    await using heard = await HeardMdns.on(ear, "eth0", "10.77.0.9");
    await using _serve = await home.serve();
    adverts.push(await heard.advertOf("10.77.0.1"));
  }
  const secrets = ["pelican", Deno.hostname(), deviceId, deviceId.replaceAll("-", ""), fingerprint];
  for (const { bytes } of adverts) {
    const text = new TextDecoder("latin1").decode(bytes);
    assertEquals(secrets.filter((secret) => text.includes(secret)), []);
  }
  const [first, second] = adverts.map(({ records }) => records.find(({ type }) => type === "SRV")!);
  assertNotEquals(first!.name, second!.name, "the instance is called the same after a restart");
  assertNotEquals(first!.text, second!.text, "the host is called the same after a restart");
});

Deno.test(labTest("a device that stops says goodbye"), async () => {
  await using lab = await NetworkLab.make("goodbye");
  const bridge = await lab.addBridge();
  const host = await lab.addHost("device");
  await host.attach(bridge, { name: "eth0", address: "10.77.0.1/24" });
  const ear = await lab.addHost("ear");
  await ear.attach(bridge, { name: "eth0", address: "10.77.0.9/24" });
  await using heard = await HeardMdns.on(ear, "eth0", "10.77.0.9");
  await using home = await LabHome.on(host);
  {
    await using _serve = await home.serve();
    await heard.advertOf("10.77.0.1");
  }
  await eventually("its goodbye is heard", () => heard.hasGoodbye());
});

/** Every address of an interface, IPv6 in full. */
async function addressesOf(host: LabHost, name: string): Promise<string[]> {
  const [{ addr_info: addresses }] = JSON.parse(
    await host.run("ip", "-j", "address", "show", name),
  );
  return addresses.map(({ local }: { local: string }) =>
    local.includes(":") ? inFull(local) : local
  );
}

/** `fe80::1` as eight groups of four digits. */
function inFull(address: string): string {
  const [head, tail] = address.split("::").map((part) => part.split(":").filter(Boolean));
  const zeros = Array<string>(8 - head!.length - (tail?.length ?? 0)).fill("0");
  return [...head!, ...zeros, ...tail ?? []].map((group) => group.padStart(4, "0")).join(":");
}
