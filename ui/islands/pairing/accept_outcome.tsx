/** Outcomes of accepting an invitation that leave something to do. */
import { formatFingerprint } from "../../../lib/model/format_fingerprint.ts";
import type { AcceptedData } from "../../page_data.ts";
import { CopyButton } from "../../parts/copy_button.tsx";
import type { Problem } from "../../parts/error_note.tsx";
import { Countdown } from "./countdown.tsx";

/** Only this device has pinned the other. */
export type HalfData = Extract<AcceptedData, { outcome: "half" }>;

/** The device is known here with another key. */
export interface KeyChanged extends Problem {
  readonly error: "key_changed";
  readonly pinned: string;
  readonly offered: string;
}

/** Shows both keys, and leaves it to the person which of them is right. */
export function OtherKey({ problem, onReplace }: {
  readonly problem: KeyChanged;
  readonly onReplace: () => void;
}) {
  return (
    <div class="note stack" data-tone="bad" role="alert">
      <p>
        This device is known here with another key. If you have given it a new one yourself, compare
        the second fingerprint with the one on its screen. If not, somebody else may answer in its
        place: do not go on.
      </p>
      <dl class="facts small">
        <dt>Known here</dt>
        <dd>
          <code>{formatFingerprint(problem.pinned)}</code>
        </dd>
        <dt>In the command</dt>
        <dd>
          <code>{formatFingerprint(problem.offered)}</code>
        </dd>
      </dl>
      <p>
        <button type="button" class="danger" onClick={onReplace}>
          It is mine: replace the key
        </button>
      </p>
    </div>
  );
}

/** Shows the command that finishes it. */
export function HalfDone({ accepted }: { readonly accepted: HalfData }) {
  const { name, reason, command, expires_at: expiresAt } = accepted;
  return (
    <div class="note stack" data-tone="warn" role="alert">
      <p>
        Half done: this device trusts {name} now, but could not reach it.{" "}
        <span class="muted">{reason}</span>
      </p>
      <p>To finish, run this on {name}:</p>
      <code class="command">{command}</code>
      <div class="row apart">
        <CopyButton text={command} what="the command that finishes it" primary />
        <Countdown until={expiresAt} />
      </div>
    </div>
  );
}
