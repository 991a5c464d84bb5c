/** What `sync doctor` finds on a device, as its JSON says. */
import { assert, assertEquals } from "@std/assert";
import type { RunOptions } from "./home.ts";
import type { SyncHome } from "./sync_home.ts";

/** The result of one check. */
export interface FindingJson {
  readonly check: string;
  readonly subject?: string;
  readonly outcome: string;
  readonly detail: string;
  readonly hint?: string;
  readonly elapsed_ms: number;
}

/** One step on the way to a peer. */
interface StageJson {
  readonly stage: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly error?: string;
  readonly hint?: string;
  readonly elapsed_ms: number;
}

/** The whole report. */
interface DoctorJson {
  readonly ok: boolean;
  readonly findings: readonly FindingJson[];
  readonly peers: readonly {
    readonly peer_device_id: string;
    readonly name: string;
    readonly addresses: readonly {
      readonly address: string;
      readonly stages: readonly StageJson[];
    }[];
  }[];
}

/** Told to others, and not of this machine alone. */
export const OUTSIDE = { CODEMEM_SYNC_ADVERTISE: "laptop.example:7337" };

/** Runs the doctor on a device. */
export async function examine(
  home: SyncHome,
  options: RunOptions = {},
  ...words: string[]
): Promise<{ readonly code: number; readonly report: DoctorJson }> {
  const { code, stdout, stderr } = await home.run(["sync", "doctor", ...words, "--json"], options);
  assertEquals(stderr, "");
  return { code, report: JSON.parse(stdout) };
}

/** The findings that are neither as they should be nor left out, by what was looked at. */
export function wrong({ findings }: DoctorJson): Record<string, string> {
  return Object.fromEntries(
    findings.filter(({ outcome }) => outcome === "warning" || outcome === "failed")
      .map(({ check, subject, outcome }) => [
        subject === undefined ? check : `${check} ${subject}`,
        outcome,
      ]),
  );
}

/** The one finding of a check. */
export function finding({ findings }: DoctorJson, check: string, subject?: string): FindingJson {
  const found = findings.find((each) => each.check === check && each.subject === subject);
  assert(found !== undefined, `${check} was not looked at`);
  return found;
}
