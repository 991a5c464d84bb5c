/**
 * A support bundle: what somebody else needs to find a fault, and nothing that is worth protecting. What
 * is not known to be harmless is left out, and counted.
 */
import type { CodememError } from "../errors.ts";
import { isJsonObject, type Json, type JsonObject } from "../model/canonical_json.ts";
import type { KeptAttempt } from "../store/peers/attempts.ts";
import { attemptsJson } from "../sync/report/attempts_json.ts";
import { statusJson } from "../sync/report/status_json.ts";
import type { StatusReport } from "../sync/report/status_report.ts";
import type { DoctorReport } from "./report.ts";
import { reportJson } from "./report_json.ts";

/** What a bundle is made of. */
export interface BundleParts {
  /** Canonical timestamp. */
  readonly madeAt: string;
  /** Version, commit, runtime, system. */
  readonly version: Readonly<Record<string, string>>;
  /** By name, each with its value and where that comes from. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Null where there is no database; an error where it does not open. */
  readonly status: StatusReport | CodememError | null;
  readonly attempts: readonly KeptAttempt[];
  /** The last lines of the log, and of what `serve` said on stderr. */
  readonly log: readonly string[];
  readonly stderr: readonly string[];
  readonly report: DoctorReport;
  /** The person's home folder, which is not told. */
  readonly homeFolder: string | undefined;
}

/** The text of a bundle: JSON, to be read by people as well. */
export function encodeBundle(parts: BundleParts): string {
  const { status } = parts;
  const peers = status !== null && "peers" in status ? status.peers : [];
  const bundle = {
    codemem_bundle: 1,
    made_at: parts.madeAt,
    version: parts.version,
    settings: parts.settings,
    status: statusPart(status),
    attempts: attemptsJson(
      parts.attempts,
      new Map(peers.map(({ deviceId, name }) => [deviceId, name])),
    ),
    doctor: reportJson(parts.report),
    log: harmless(parts.log, harmlessLogLine),
    stderr: harmless(parts.stderr, harmlessErrorLine),
  };
  const text = JSON.stringify(bundle, null, 2);
  const { homeFolder } = parts;
  // Its name is a person's, as a rule.
  const told = homeFolder === undefined || homeFolder.length < 2
    ? text
    : text.replaceAll(JSON.stringify(homeFolder).slice(1, -1), "~");
  return `${told}\n`;
}

/** Ids of memories may be made of anything, where they came from elsewhere. */
function statusPart(status: BundleParts["status"]) {
  if (status === null) return null;
  if (!("peers" in status)) return { error: status.code, message: status.message };
  const { quarantined_ops: ops, peers, ...rest } = statusJson(status);
  return {
    ...rest,
    quarantined_ops: ops.map(({ reason, received_from, received_at }) => ({
      reason,
      received_from,
      received_at,
    })),
    peers: peers.map(({ divergent, ...peer }) => ({ ...peer, divergent: divergent.length })),
  };
}

/** The lines that can be told, and how many were left out. */
function harmless(lines: readonly string[], judge: (line: string) => Json | undefined) {
  const told = lines.map(judge).filter((line) => line !== undefined);
  return { lines: told, left_out: lines.length - told.length };
}

function harmlessLogLine(line: string): Json | undefined {
  const entry = parse(line);
  if (entry === undefined) return undefined;
  const facts = isJsonObject(entry.properties) ? entry.properties : {};
  const isInternal = facts.code === "internal";
  return {
    at: entry["@timestamp"] ?? null,
    level: entry.level ?? null,
    message: isInternal ? "Unexpected failure" : entry.message ?? null,
    facts: typeof facts.stack === "string" ? { ...facts, stack: frames(facts.stack) } : facts,
  };
}

/** The stack of an older version begins with words. */
function frames(stack: string): string {
  return stack.split("\n").filter((line) => /^\s+at /.test(line)).join("\n");
}

/** What the terminal rules make of an error; a crash of the runtime may say anything. */
function harmlessErrorLine(line: string): Json | undefined {
  const { error, message, hint } = parse(line) ?? {};
  if (error === "internal") return { error };
  if (typeof error === "string") return { error, message: message ?? null, hint: hint ?? null };
  if (/^codemem: (?!.*Unexpected failure)/.test(line) || line.startsWith("hint: ")) return line;
  return /^\s+at /.test(line) ? line : undefined;
}

function parse(line: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
