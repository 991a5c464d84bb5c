/** The page of one memory. */
import { Island } from "./island.tsx";
import type { MemoryPageData } from "./page_data.ts";

/** All of a memory, or what is known of one that was forgotten. */
export function MemoryPage({ data }: { readonly data: MemoryPageData }) {
  return <Island name="memory-article" data={data} />;
}
