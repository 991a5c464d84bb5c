import { assertEquals, assertMatch } from "@std/assert";
import type { PeerState } from "../model/peer.ts";
import { findFirewall, judgeInbound } from "./inbound.ts";
import type { Outcome } from "./finding.ts";

const WAY = {
  ...{ peerName: "laptop", isCopied: false, isListening: true, port: 7_400 },
  firewall: undefined,
} as const;

Deno.test("what a peer says of its attempts tells whether they come through", () => {
  const outcomes: readonly (readonly [PeerState | null, Outcome, RegExp])[] = [
    [null, "skipped", /does not say/],
    ["never", "skipped", /has not tried/],
    ["ok", "ok", /^laptop reaches this device$/],
    ["syncing", "ok", /^laptop reaches this device$/],
    ["offline", "warning", /^laptop cannot reach this device$/],
    ["auth_failed", "warning", /key/],
    ["incompatible", "warning", /version/],
    ["error", "warning", /passes fail/],
  ];
  for (const [seesYou, outcome, detail] of outcomes) {
    const judgement = judgeInbound({ ...WAY, seesYou });
    assertEquals(judgement.outcome, outcome, `${seesYou}`);
    assertMatch(judgement.detail, detail);
    assertEquals(judgement.hint !== undefined, outcome === "warning");
  }
});

Deno.test("no firewall is blamed where a peer may mean another copy of the database", () => {
  for (const seesYou of ["offline", "auth_failed", "never"] as const) {
    const { outcome, detail } = judgeInbound({ ...WAY, seesYou, isCopied: true });
    assertEquals([outcome, /other copy/.test(detail)], ["skipped", true]);
  }
  assertEquals(judgeInbound({ ...WAY, seesYou: "ok", isCopied: true }).outcome, "ok");
});

Deno.test("a peer that does not come through is let in by the firewall that is here", () => {
  for (
    const [firewall, hint] of [
      ["ufw", /`sudo ufw allow 7400\/tcp`/],
      ["firewalld", /--add-port=7400\/tcp/],
      ["nftables", /TCP port 7400.*nftables\.conf/],
      ["macos", /TCP port 7400.*System Settings/],
      [undefined, /TCP port 7400.*firewall of this device/],
    ] as const
  ) {
    assertMatch(judgeInbound({ ...WAY, seesYou: "offline", firewall }).hint!, hint);
  }
  const silent = judgeInbound({ ...WAY, seesYou: "offline", isListening: false });
  assertMatch(silent.hint!, /Run `codemem sync start`/);
});

Deno.test("the firewall is known by its command, ufw before what it is built on", async () => {
  const machine = (...files: string[]) => (path: string) => Promise.resolve(files.includes(path));
  assertEquals(await findFirewall("linux", machine("/usr/sbin/nft", "/usr/sbin/ufw")), "ufw");
  assertEquals(await findFirewall("linux", machine("/usr/bin/firewall-cmd")), "firewalld");
  assertEquals(await findFirewall("linux", machine("/sbin/nft")), "nftables");
  assertEquals(await findFirewall("linux", machine()), undefined);
  assertEquals(await findFirewall("darwin", machine()), "macos");
});
