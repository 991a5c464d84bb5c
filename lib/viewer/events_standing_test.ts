import { pair, startDevice, sync } from "../../tests/support/devices/device.ts";
import { eventually } from "../../tests/support/eventually.ts";
import { ViewerClient } from "../../tests/support/viewer/viewer_client.ts";

Deno.test("a page is told what a peer that asks tells of itself", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using bob = await startDevice("bob", { loop: false });
  await pair(alice, bob);
  const { url } = await ViewerClient.open(alice);
  const response = await fetch(`${url}/api/events`);
  let told = "";
  const reading = response.body!.pipeThrough(new TextDecoderStream())
    .pipeTo(new WritableStream({ write: (text) => void (told += text) })).catch(() => {});
  const ahead = () => told.match(/"ahead":\d+/g)?.at(-1);
  alice.store.memories.remember({ kind: "discovery", title: "One", body: "One" });
  await eventually("what is to be sent", () => ahead() === '"ahead":1');
  // It is bob that asks, and its second pass tells that it holds what alice holds.
  await sync(bob, alice);
  await sync(bob, alice);
  await eventually("that nothing is", () => ahead() === '"ahead":0');
  await alice.runtime.close();
  await reading;
});
