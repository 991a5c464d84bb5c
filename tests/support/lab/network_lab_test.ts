import { assertEquals, assertRejects } from "@std/assert";
import { eventually } from "../eventually.ts";
import { freeze } from "../system/freeze.ts";
import { fingerprintOf } from "../../../lib/auth/fingerprint.ts";
import { decodeInvite } from "../../../lib/protocol/invite.ts";
import { Home, type Running } from "../devices/home.ts";
import type { LabHost } from "./lab_host.ts";
import { labTest, makeLan, NetworkLab } from "./network_lab.ts";
import { runTool } from "../system/run_tool.ts";

/** Answers every connection with the address it came from. */
const SERVER = `const listener = Deno.listen({ port: 7337 });
console.log("ready");
for await (const connection of listener) {
  await connection.write(new TextEncoder().encode(connection.remoteAddr.hostname));
  connection.close();
}`;
const CLIENT = `const connection = await Deno.connect({ hostname: Deno.args[0], port: 7337 });
for await (const bytes of connection.readable) await Deno.stdout.write(bytes);`;

Deno.test(labTest("hosts of a lab reach each other until a link is down"), async () => {
  await using lan = await makeLan("reach", ["alice", "bob"]);
  const { alice, bob } = lan.hosts;
  await using _server = await serve(bob);
  assertEquals(await connect(alice, "10.77.0.2"), "10.77.0.1");

  await bob.setLink("down");
  await assertRejects(() => connectSoon(alice, "10.77.0.2"));
  await bob.setLink("up");
  assertEquals(await connect(alice, "10.77.0.2"), "10.77.0.1");

  await bob.setCable("out");
  await assertRejects(() => connectSoon(alice, "10.77.0.2"));
  await bob.setCable("in");
  assertEquals(await connect(alice, "10.77.0.2"), "10.77.0.1");
});

Deno.test(labTest("a host of a lab moves to another address and to further networks"), async () => {
  await using lan = await makeLan("moves", ["alice", "bob"]);
  const { alice, bob } = lan.hosts;
  await using _server = await serve(bob);
  await bob.changeAddress("10.77.0.22/24");
  assertEquals(await connect(alice, "10.77.0.22"), "10.77.0.1");
  await assertRejects(() => connectSoon(alice, "10.77.0.2"));

  const second = await lan.lab.addBridge();
  await alice.attach(second, { name: "eth1", address: "10.78.0.1/24" });
  await bob.attach(second, { name: "eth1", address: "10.78.0.2/24" });
  await bob.addLocalBridge("docker0", "172.17.0.1/16");
  assertEquals(await connect(alice, "10.78.0.2"), "10.78.0.1");
  await assertRejects(() => connectSoon(alice, "172.17.0.1"));

  await bob.addAddress("100.64.0.2/32", "lo");
  await alice.addRoute("100.64.0.0/10", "10.77.0.22");
  assertEquals(await connect(alice, "100.64.0.2"), "10.77.0.1");
});

Deno.test(labTest("the firewall of a host drops what it was told and nothing else"), async () => {
  await using lan = await makeLan("firewall", ["alice", "bob"]);
  const { alice, bob } = lan.hosts;
  await bob.addAddress("10.77.0.3/24");
  await using _server = await serve(bob);
  await bob.block({ protocol: "tcp", port: 7337, to: "10.77.0.2" });
  await assertRejects(() => connectSoon(alice, "10.77.0.2"));
  assertEquals(await connect(alice, "10.77.0.3"), "10.77.0.1");
  assertEquals(await connect(bob, "127.0.0.1"), "127.0.0.1");
  await bob.block({ protocol: "tcp", port: 7337 });
  await assertRejects(() => connectSoon(alice, "10.77.0.3"));
  await bob.unblock();
  assertEquals(await connect(alice, "10.77.0.2"), "10.77.0.1");
  await alice.block({ protocol: "tcp", port: 7337, outgoing: true });
  await assertRejects(() => connectSoon(alice, "10.77.0.2"));
});

Deno.test(labTest("a command of a device runs in its host"), async () => {
  await using lan = await makeLan("commands", ["alice"]);
  await using home = await Home.make({ through: lan.hosts.alice.through });
  await home.text("sync", "enable");
  await using _serve = await home.start(["serve"], /Sync: listening/);
  const { payload } = await home.json<{ payload: string }>("sync", "pair");
  assertEquals(decodeInvite(payload, fingerprintOf).addresses, ["10.77.0.1:7337"]);
});

Deno.test(labTest("a frozen process goes on where it was"), async () => {
  await using lan = await makeLan("freezes", ["alice"]);
  await using server = await serve(lan.hosts.alice);
  const state = () =>
    /^State:\s+(\S)/m.exec(Deno.readTextFileSync(`/proc/${server.pid}/status`))![1];
  {
    using _frozen = freeze(server.pid);
    // A busy machine gets to it a moment later.
    await eventually("it is stopped", () => state() === "T");
  }
  assertEquals(await connect(lan.hosts.alice, "10.77.0.1"), "10.77.0.1");
});

Deno.test(
  labTest("a lab is gone with all that runs in it, also what a killed run left"),
  async () => {
    let namespaces: string[];
    {
      await using lan = await makeLan("gone", ["alice"]);
      await serve(lan.hosts.alice);
      namespaces = await lan.lab.namespaces();
      assertEquals(namespaces.length, 2);
    }
    // No process has this number: it is above the highest that Linux gives.
    const remains = ["gone", "another"].map((test) => `codemem-lab-${test}-4194305-0-host`);
    for (const name of remains) await runTool("ip", "netns", "add", name);
    await using _next = await NetworkLab.make("gone");
    const left = (await runTool("ip", "netns", "list")).split("\n").map((line) =>
      line.split(" ")[0]!
    );
    await runTool("ip", "netns", "delete", remains[1]!);
    assertEquals(left.filter((name) => namespaces.includes(name)), []);
    assertEquals(remains.map((name) => left.includes(name)), [false, true]);
  },
);

async function serve(host: LabHost): Promise<Running> {
  const server = host.start(Deno.execPath(), "eval", SERVER);
  await server.waitFor(/ready/);
  return server;
}

/**
 * A link that is back lets packets through a moment later.
 *
 * @returns the address of `host` as the server at `address` sees it
 */
async function connect(host: LabHost, address: string): Promise<string> {
  return await host.run("timeout", "60", Deno.execPath(), "eval", CLIENT, address);
}

/** The same, given up soon: for where nothing is to come through. */
async function connectSoon(host: LabHost, address: string): Promise<string> {
  return await host.run("timeout", "3", Deno.execPath(), "eval", CLIENT, address);
}
