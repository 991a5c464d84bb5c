import { CodememError } from "../../errors.ts";
import { counted } from "../../model/counted.ts";
import type { Store } from "../../store/store.ts";
import { quarantinedJson } from "../../sync/report/status_json.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { showQuarantine } from "../output/quarantine_view.ts";

const DEFAULT_LIMIT = 20;

/** Lists the ops that could not be applied, retries them, or discards them. */
export const command = defineCommand({
  options: {
    retry: {
      type: "flag",
      summary: "try to apply all of them again, as `serve` does when it starts",
    },
    drop: { type: "flag", summary: "discard all of them" },
    yes: { type: "flag", summary: "confirm --drop: what no peer has any more is lost" },
    limit: {
      type: "integer",
      min: 1,
      max: 1_000,
      summary: `list at most this many (default: ${DEFAULT_LIMIT})`,
    },
  },
  details:
    "Most come from a newer version of codemem, and can be applied once this device is updated.\n" +
    "A discarded op comes again if a peer still has it.",
  async run({ options, json }, context) {
    const { retry, drop, limit = DEFAULT_LIMIT } = options;
    if (retry && drop) {
      throw new CodememError("usage", "Ops cannot be retried and discarded at once", {
        hint: "Give --retry or --drop",
      });
    }
    if (drop && !options.yes) {
      throw new CodememError("usage", "Discarded ops are lost unless a peer still has them", {
        hint: "`codemem sync quarantine` lists them; if you want to discard them, run " +
          "`codemem sync quarantine --drop --yes`",
      });
    }
    const store = await context.openStore();
    const left = retry ? store.quarantine.retry() : drop ? store.quarantine.drop() : null;
    if (json) context.output.json(asJson(store, limit, left));
    else show(store, limit, { left, drop }, context);
  },
});

function asJson({ quarantine }: Store, limit: number, left: number | null) {
  const quarantined_ops = quarantine.list(limit).map(quarantinedJson);
  return { quarantined: quarantine.count(), left, quarantined_ops };
}

function show(
  { quarantine }: Store,
  limit: number,
  { left, drop }: { readonly left: number | null; readonly drop: boolean },
  { output }: CommandContext,
): void {
  const count = quarantine.count();
  if (left !== null) output.line(`${counted(left, "op")} ${drop ? "discarded" : "applied"}`);
  if (count > 0) showQuarantine(quarantine.list(limit), output);
  else if (left === null) output.note("The quarantine is empty");
  if (count > limit) {
    output.note(`${counted(count - limit, "op")} more; --limit lists more of them`);
  }
}
