import { assertEquals } from "@std/assert";
import { CodememError, type ErrorCode } from "../errors.ts";
import type { Finding, Outcome } from "./finding.ts";
import type { AddressProbe } from "./probe_address.ts";
import type { PeerProbe } from "./probe_peers.ts";
import { verdictOf } from "./report.ts";
import type { Stage } from "./stages.ts";

const found = (outcome: Outcome): Finding => ({
  check: "daemon",
  outcome,
  detail: "as it is",
  elapsedMs: 0,
});

/** An address at which a stage ended as told, by an error where a code is given. */
function address(stage: Stage, outcome: Outcome, code?: ErrorCode, another = false): AddressProbe {
  const details = { another_device: another };
  const error = code === undefined ? undefined : new CodememError(code, "It failed", { details });
  const result = { stage, outcome, detail: "as it is", elapsedMs: 0 };
  return {
    address: "192.168.1.5:7337",
    seesYou: null,
    stages: [error === undefined ? result : { ...result, error }],
  };
}

const peer = (...addresses: AddressProbe[]): PeerProbe => ({
  peer: { deviceId: "d", name: "laptop" },
  addresses,
});

const GOOD = address("digest", "ok");
const DIFFERENT = address("digest", "warning");
const DEAD = address("tcp", "failed", "unreachable");
const STRANGER = address("tls", "failed", "untrusted_certificate");
const OTHER = address("tls", "failed", "untrusted_certificate", true);
const REMOVED = address("signature", "failed", "peer_removed");
const CLOCK = address("clock", "failed");
const REFUSED_CLOCK = address("clock", "failed", "clock_skew");
const FAULT = address("signature", "failed", "invalid_response");

Deno.test("the verdict counts what is wrong, and ends with what needs a person most", () => {
  for (
    const [outcomes, peers, problems, warnings, exitCode] of [
      [[], [], 0, 0, 0],
      [["ok", "skipped"], [peer(GOOD)], 0, 0, 0],
      [["warning"], [peer(DIFFERENT, DIFFERENT)], 0, 2, 0],
      [["failed", "failed"], [], 2, 0, 1],
      [[], [peer(DEAD, GOOD)], 0, 0, 0],
      [[], [peer(OTHER, GOOD)], 0, 0, 0],
      [[], [peer(STRANGER, GOOD)], 0, 1, 0],
      [[], [peer()], 1, 0, 4],
      [[], [peer(DEAD, DEAD)], 1, 0, 4],
      [[], [peer(DEAD, OTHER)], 1, 0, 4],
      [[], [peer(DEAD, STRANGER)], 1, 0, 3],
      [[], [peer(REMOVED)], 1, 0, 3],
      [[], [peer(CLOCK)], 1, 0, 1],
      [[], [peer(REFUSED_CLOCK)], 1, 0, 1],
      [[], [peer(FAULT)], 1, 0, 1],
      [[], [peer(DEAD), peer(GOOD)], 1, 0, 4],
      [["failed"], [peer(DEAD)], 2, 0, 1],
      [["failed"], [peer(DEAD), peer(REMOVED)], 3, 0, 3],
    ] as const
  ) {
    const verdict = verdictOf({ findings: outcomes.map(found), peers });
    assertEquals(verdict, { problems, warnings, exitCode }, JSON.stringify([outcomes, peers]));
  }
});
