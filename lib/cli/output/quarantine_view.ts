/** Ops in quarantine, for people. */
import type { QuarantineEntry } from "../../store/log/quarantine.ts";
import type { Output } from "./output.ts";

/** Shows them, one a line. */
export function showQuarantine(entries: readonly QuarantineEntry[], output: Output): void {
  output.table(
    [{ title: "OP" }, { title: "MEMORY" }, { title: "REASON", elastic: true }],
    entries.map((
      { opId, entityId, reason, detail },
    ) => [opId, entityId ?? "", `${reason}: ${detail}`]),
  );
}
