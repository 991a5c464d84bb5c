/** What a part of a page does when the memories of the device have changed. */
import { useComputed, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { useLive } from "./live.ts";

/** Calls `look` after each change, whoever has made it. */
export function useArrivals(look: () => Promise<void>): void {
  const { status } = useLive();
  const digest = useComputed(() => status.value.digest);
  const known = useRef(digest.peek());
  useSignalEffect(() => {
    if (digest.value === known.current) return;
    known.current = digest.value;
    void look();
  });
}
