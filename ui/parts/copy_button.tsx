/** Copies a text, and says that it has. */
import { useEffect, useState } from "preact/hooks";

const SAID_MS = 2_000;

/** @param props.what what is copied, for screen readers */
export function CopyButton({ text, what, primary = false }: {
  readonly text: string;
  readonly what: string;
  readonly primary?: boolean;
}) {
  const [said, setSaid] = useState<"" | "Copied" | "Not copied">("");
  useEffect(() => {
    if (said === "") return;
    const timer = setTimeout(() => setSaid(""), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () =>
    navigator.clipboard.writeText(text).then(() => setSaid("Copied"), () => setSaid("Not copied"));
  return (
    <>
      <button
        type="button"
        class={`copy ${primary ? "primary" : "quiet"}`}
        aria-label={said === "" ? `Copy ${what}` : undefined}
        onClick={copy}
      >
        {said === "" ? "Copy" : said}
      </button>
      <span class="hidden-label" role="status">{said}</span>
    </>
  );
}
