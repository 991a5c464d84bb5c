/** The page of one memory. */
import { Island } from "./island.tsx";
import type { MemoryPageData } from "./page_data.ts";

/** All of a memory, or that there is none. */
export function MemoryPage({ data }: { readonly data: MemoryPageData }) {
  if (data.found !== null) return <Island name="memory-article" data={data} />;
  return (
    <div class="empty">
      <h1>No such memory</h1>
      <p>No memory with this id has reached this device.</p>
      <p>
        <a href="/">All memories</a>
      </p>
    </div>
  );
}
