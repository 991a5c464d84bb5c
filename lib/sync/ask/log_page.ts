/** Pages of this device's log, as they are handed to peers. */
import { nextTurn } from "../../time/next_turn.ts";
import type { LogPage, PageQuery } from "../../store/log/op_log.ts";
import type { Store } from "../../store/store.ts";

/**
 * The next page of the log. The end of the log is the end only where no row waits for its op: what was
 * just imported does, and gets it now.
 */
export async function readLogPage(store: Store, query: PageQuery): Promise<LogPage> {
  for (;;) {
    const page = store.log.page(query);
    if (page.hasMore || store.countLegacy() === 0) return page;
    if (await store.whenFree(() => store.logLegacySlice()) === 0) return page;
    await nextTurn();
  }
}
