/** A fingerprint as people compare it, and to be copied whole. */
import { formatFingerprint } from "../../lib/model/format_fingerprint.ts";
import { CopyButton } from "./copy_button.tsx";

/** @param props.of whose it is, for screen readers */
export function Fingerprint({ value, of }: { readonly value: string; readonly of: string }) {
  return (
    <span class="fingerprint">
      <code>{formatFingerprint(value)}</code>{" "}
      <CopyButton text={value} what={`the fingerprint of ${of}`} />
    </span>
  );
}
