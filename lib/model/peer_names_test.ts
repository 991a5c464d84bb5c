import { assertEquals } from "@std/assert";
import { peerNames } from "./peer_names.ts";

Deno.test("a peer is called by its name, and where another has the same one by its id, too", () => {
  const peers = [
    { deviceId: "11111111-a", name: "laptop" },
    { deviceId: "22222222-b", name: "laptop" },
    { deviceId: "33333333-c", name: "desk" },
  ];
  assertEquals([...peerNames(peers).values()], [
    ...["laptop (11111111)", "laptop (22222222)", "desk"],
  ]);
});
