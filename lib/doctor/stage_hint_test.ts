import { assertEquals, assertMatch } from "@std/assert";
import { CodememError, type ErrorCode } from "../errors.ts";
import { parseAddress } from "../model/address.ts";
import { hintFor } from "./stage_hint.ts";
import type { Stage } from "./stages.ts";

interface Case {
  readonly stage: Stage;
  readonly code: ErrorCode;
  /** Of the operating system. */
  readonly system?: string;
  readonly address?: string;
  readonly os?: typeof Deno.build.os;
  readonly details?: Readonly<Record<string, unknown>>;
  /** Of the error itself. */
  readonly own?: string;
  readonly hint: RegExp;
}

const CASES: readonly Case[] = [
  { stage: "resolve", code: "unreachable", system: "ENOTFOUND", hint: /Check the name/ },
  {
    stage: "resolve",
    code: "unreachable",
    system: "ENOTFOUND",
    address: "laptop.tail1.ts.net:7337",
    hint: /Tailscale.*MagicDNS/,
  },
  { stage: "resolve", code: "unreachable", own: "Give another address", hint: /^Give another/ },
  {
    stage: "tcp",
    code: "unreachable",
    system: "ECONNREFUSED",
    hint: /`codemem sync start` on laptop.*sync_port is 7337/,
  },
  {
    stage: "tcp",
    code: "unreachable",
    system: "EHOSTUNREACH",
    os: "darwin",
    hint: /Privacy & Security, Local Network/,
  },
  { stage: "tcp", code: "unreachable", system: "EHOSTUNREACH", hint: /in the same network/ },
  { stage: "tcp", code: "timed_out", hint: /Wake laptop.*firewall lets TCP port 7337 in/ },
  { stage: "tcp", code: "timed_out", address: "100.64.0.9:7337", hint: /Tailscale is connected/ },
  { stage: "tls", code: "unreachable", hint: /Another program answers.*sync_port 7337/ },
  { stage: "tls", code: "timed_out", hint: /^It accepts and is silent: .*restart.* on laptop/ },
  {
    stage: "tls",
    code: "untrusted_certificate",
    own: "Check",
    hint: /new identity, pair it again/,
  },
  {
    stage: "tls",
    code: "untrusted_certificate",
    details: { another_device: true },
    own: "Pair the two devices again",
    hint: /^Pair the two devices again$/,
  },
  {
    stage: "signature",
    code: "peer_removed",
    hint: /laptop has removed this device: run `codemem/,
  },
  { stage: "signature", code: "unknown_peer", hint: /laptop does not know this device/ },
  { stage: "signature", code: "invalid_signature", hint: /knows another key/ },
  { stage: "signature", code: "timed_out", own: "x", hint: /accepts and is silent/ },
  { stage: "signature", code: "busy", own: "See the log there", hint: /^See the log there$/ },
  { stage: "signature", code: "busy", hint: /the log on laptop/ },
  { stage: "clock", code: "clock_skew", own: "x", hint: /Set the clocks/ },
  {
    stage: "protocol",
    code: "unsupported_protocol",
    own: "Update codemem",
    hint: /^Update codemem/,
  },
];

Deno.test("each failure of each stage has its hint", () => {
  for (const each of CASES) {
    const { stage, code, system, address = "192.168.1.77:7337", os = "linux" } = each;
    const cause = system === undefined ? undefined : Object.assign(new Error(), { code: system });
    const error = new CodememError(code, "It failed", {
      cause,
      ...(each.own !== undefined && { hint: each.own }),
      ...(each.details !== undefined && { details: each.details }),
    });
    const hint = hintFor(stage, error, {
      peerName: "laptop",
      address: parseAddress(address)!,
      os,
      interfaces: [{ address: "192.168.1.20", netmask: "255.255.255.0" }],
    });
    assertMatch(hint, each.hint, JSON.stringify(each));
    assertEquals(hint.includes("\n") || hint.endsWith("."), false, hint);
  }
});
