/** The state of a peer: a word, and a colour that says the same. */
import type { PeerData } from "../../page_data.ts";

type Tone = "good" | "warn" | "bad" | "quiet";

const STATES: Readonly<Record<PeerData["state"], readonly [words: string, tone: Tone]>> = {
  ok: ["in sync", "good"],
  syncing: ["syncing", "warn"],
  offline: ["offline", "quiet"],
  auth_failed: ["not trusted", "bad"],
  incompatible: ["needs an update", "bad"],
  error: ["error", "bad"],
  never: ["not synced yet", "quiet"],
};

const CATCHING_UP = ["catching up", "warn"] as const;

/**
 * The badge of a peer's state.
 *
 * @param props.isSame whether nothing is missing on either side: a pass that went well is not enough
 */
export function StateBadge({ state, isSame }: {
  readonly state: PeerData["state"];
  readonly isSame: boolean;
}) {
  const [words, tone] = state === "ok" && !isSame ? CATCHING_UP : STATES[state];
  return <span class="badge" data-tone={tone}>{words}</span>;
}
