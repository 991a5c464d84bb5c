import { assertEquals, assertMatch } from "@std/assert";
import { findPortOwners, judgePort, type PortOwner } from "./port_owner.ts";

const own: PortOwner = { address: "0.0.0.0", process: { name: "codemem", pid: 42 } };
const other: PortOwner = { address: "127.0.0.1", process: { name: "nginx", pid: 7 } };
const hidden: PortOwner = { address: "::", process: null };

Deno.test("a port is judged by who is in the way of listening on it", () => {
  for (
    const [owners, daemonPid, binds, outcome, detail] of [
      [[], undefined, ["0.0.0.0"], "ok", /port 7337 is free/],
      [[own], 42, ["0.0.0.0"], "ok", /codemem serve holds port 7337/],
      [[own], undefined, ["0.0.0.0"], "failed", /held by codemem \(pid 42\)/],
      [[other], undefined, ["0.0.0.0"], "failed", /held by nginx \(pid 7\)/],
      [[own, other], 42, ["0.0.0.0"], "failed", /held by nginx \(pid 7\)/],
      [[other], undefined, ["192.168.1.5"], "ok", /free/],
      [[other], undefined, ["localhost"], "failed", /nginx/],
      [[hidden], undefined, ["192.168.1.5"], "failed", /another user's process/],
      [[hidden], 42, ["::"], "failed", /another user's process/],
      [undefined, undefined, ["::"], "skipped", /does not tell/],
    ] as const
  ) {
    const wanted = { port: 7_337, setting: "sync_port", binds, daemonPid };
    const judgement = judgePort(wanted, owners);
    assertEquals(judgement.outcome, outcome, judgement.detail);
    assertMatch(judgement.detail, detail);
    if (outcome === "failed") assertMatch(judgement.hint!, /config set sync_port/);
  }
  const wanted = { port: 7_337, setting: "sync_port", binds: ["::"], daemonPid: undefined };
  const { hint } = judgePort({ ...wanted, variable: "CODEMEM_SYNC_PORT" }, [other]);
  assertMatch(hint!, /set CODEMEM_SYNC_PORT to another port/);
});

Deno.test("on macOS lsof is asked, and without it nothing is known", async () => {
  const asked: (readonly string[])[] = [];
  const programOutput = (name: string, args: readonly string[]) => {
    asked.push([name, ...args]);
    return Promise.resolve("");
  };
  assertEquals(await findPortOwners(7_337, { os: "darwin", programOutput }), []);
  assertEquals(asked, [["lsof", "-nP", "-iTCP:7337", "-sTCP:LISTEN"]]);
  const none = () => Promise.resolve(undefined);
  assertEquals(await findPortOwners(7_337, { os: "darwin", programOutput: none }), undefined);
  assertEquals(await findPortOwners(7_337, { os: "freebsd", programOutput: none }), undefined);
});
