/** Whether the page still hears from the device. */
import { useLive } from "../../live/live.ts";
import type { IslandProps } from "../mod.ts";

/** Says so where it does not: what the page shows then is as old as it says. */
export function Connection(_props: IslandProps) {
  const { connection, moved } = useLive();
  if (moved.value !== undefined) {
    return (
      <div role="status">
        <p class="lost">
          This page has moved to <a href={moved.value}>{new URL(moved.value).host}</a>.
        </p>
      </div>
    );
  }
  return (
    <div role="status">
      {connection.value === "lost" && (
        <p class="lost">
          codemem does not answer. What you see may be out of date. <code>codemem sync start</code>
          {" "}
          starts it, and this page then updates by itself.
        </p>
      )}
    </div>
  );
}
