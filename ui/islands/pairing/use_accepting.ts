/** An invitation while it is accepted. */
import { useEffect, useState } from "preact/hooks";
import { change } from "../../api.ts";
import { useLive } from "../../live/live.ts";
import type { AcceptedData } from "../../page_data.ts";
import type { Problem } from "../../parts/error_note.tsx";
import type { HalfData } from "./accept_outcome.tsx";

/** How far it is. */
export type Accepting =
  | { readonly at: "writing"; readonly problem?: Problem }
  | { readonly at: "asking" }
  | { readonly at: "half"; readonly accepted: HalfData };

/** Starts with nothing pasted yet. */
export function useAccepting() {
  const { paired } = useLive();
  const [text, setText] = useState("");
  const [state, setState] = useState<Accepting>({ at: "writing" });
  // Once a device is paired, in whichever way, what went wrong before is of no interest.
  useEffect(() => {
    setState((now) => now.at === "writing" ? { at: "writing" } : now);
  }, [paired.value]);
  const accept = async (replaceKey: boolean) => {
    setState({ at: "asking" });
    const request = { payload: text, replace_key: replaceKey };
    const answer = await change<AcceptedData>("POST", "/api/sync/pairing/accept", request);
    if (!answer.ok) return setState({ at: "writing", problem: answer.problem });
    setText("");
    const accepted = answer.value;
    if (accepted.outcome === "half") return setState({ at: "half", accepted });
    setState({ at: "writing" });
    paired.value = accepted;
  };
  return { text, setText, state, accept };
}
