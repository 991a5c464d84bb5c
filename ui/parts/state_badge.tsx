/** How things stand with a peer: a word, and a colour that says the same. */
import type { PeerData } from "../page_data.ts";

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

/** The badge of a peer's state. */
export function StateBadge({ state }: { readonly state: PeerData["state"] }) {
  const [words, tone] = STATES[state];
  return <span class="badge" data-tone={tone}>{words}</span>;
}
