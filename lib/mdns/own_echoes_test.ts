import { assertEquals } from "@std/assert";
import { OwnEchoes } from "./own_echoes.ts";

const PACKET = new Uint8Array([1, 2, 3]);

Deno.test("each packet that was sent is taken for an echo once", () => {
  const echoes = new OwnEchoes();
  echoes.sent(PACKET, 0);
  assertEquals(echoes.take(new Uint8Array([9]), 1), false);
  assertEquals(echoes.take(PACKET, 1), true);
  assertEquals(echoes.take(PACKET, 1), false);
});

Deno.test("what does not come back in time comes from somebody else", () => {
  const echoes = new OwnEchoes();
  echoes.sent(PACKET, 0);
  assertEquals(echoes.take(PACKET, 1_000), false);
});

Deno.test("behind a firewall that lets nothing come back, nothing is kept for it", () => {
  const echoes = new OwnEchoes();
  for (let second = 0; second < 100; second++) echoes.sent(PACKET, second * 1_000);
  assertEquals(echoes.expected, 1);
});
