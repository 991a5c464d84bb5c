/** Whether `codemem serve` runs, and whether it does all that it should. */
import type { DaemonFacts } from "../daemon/facts.ts";
import type { ListenerFact } from "../model/listener.ts";
import { failed, type Judgement, ok, skipped, warning } from "./finding.ts";

/** What is seen of the daemon from outside. */
export interface DaemonState {
  /** Whether some process holds the daemon's lock. */
  readonly isLocked: boolean;
  /** What the holder of the lock says of itself. */
  readonly facts: DaemonFacts | undefined;
}

/** Judges whether sync is wanted at all. */
export function judgeSync(isEnabled: boolean): Judgement {
  return isEnabled
    ? ok("sync is enabled")
    : warning("sync is disabled on this device", "Run `codemem sync enable`");
}

/** Judges the daemon. @param version of this program */
export function judgeDaemon(
  { isLocked, facts }: DaemonState,
  { isSyncEnabled, version }: { readonly isSyncEnabled: boolean; readonly version: string },
): Judgement {
  if (!isLocked) return isSyncEnabled ? NOT_RUNNING : skipped("codemem serve is not running");
  if (facts === undefined) {
    return warning(
      "a process holds the lock of codemem serve, but its state cannot be read",
      "Try again in a few seconds: it may be starting or ending",
    );
  }
  const { fault } = facts;
  const past = fault === null ? "" : `; its last fault, at ${fault.at}: ${fault.message}`;
  const runs = `codemem serve runs, pid ${facts.pid}, version ${facts.version}${past}`;
  if (facts.syncError !== null) {
    return failed(
      `${runs}, without sync: ${facts.syncError.message}`,
      facts.syncError.hint ?? "Fix that, then run `codemem sync restart`",
    );
  }
  if (facts.version === version) return ok(runs);
  return warning(`${runs}; this program is ${version}`, "Run `codemem sync restart`");
}

const NOT_RUNNING = warning(
  "codemem serve is not running: other devices cannot reach this one",
  "Run `codemem sync start`",
);

/** Judges one address that the daemon should listen on. */
export function judgeListener({ listening, error, hint, port }: ListenerFact): Judgement {
  if (listening) return ok(`it listens on port ${port}`);
  return failed(
    `it does not listen on port ${port}: ${error ?? "nothing has been tried"}`,
    hint ?? "Give addresses of this machine with `codemem config set sync_bind`",
  );
}
