/** Syncs that are cut off in the middle. */
import { assert } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { makeUpstreamSample } from "../../../scripts/make_upstream_sample.ts";
import type { Home } from "./home.ts";

/** More than one page: what was acknowledged or kept with its cursor is not sent again. */
const SOME = 600;
const PATIENCE_MS = 20_000;

/** Gives a device that many memories, always the same ones. */
export async function importSample(home: Home, memories: number): Promise<void> {
  const path = home.path("upstream.sqlite");
  makeUpstreamSample(path, { era: "typescript", memories, deviceId: "sample-device", seed: 11 });
  await home.text("import", path);
}

/** Ends `victim` as soon as `receiver` holds some of the memories, and not yet all of them. */
export async function endBetween(
  receiver: Home,
  victim: { stop(signal: Deno.Signal): Promise<unknown> },
  { memories, signal = "SIGKILL" }: { readonly memories: number; readonly signal?: Deno.Signal },
): Promise<void> {
  const database = new DatabaseSync(receiver.path("codemem.db"), { readOnly: true });
  try {
    const count = database.prepare("SELECT count(*) AS count FROM memories");
    const held = () => Number(count.get()!.count);
    for (let waitedMs = 0; held() < SOME && waitedMs < PATIENCE_MS; waitedMs++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await victim.stop(signal);
    assert(held() < memories, `${held()} memories are no middle`);
  } finally {
    database.close();
  }
}
