/** The page of all memories. */
import { Island } from "./island.tsx";
import type { MemoriesPageData } from "./page_data.ts";

/** The feed, what finds something in it, and what adds to it. */
export function MemoriesPage({ data }: { readonly data: MemoriesPageData }) {
  return <Island name="feed" data={data} />;
}
