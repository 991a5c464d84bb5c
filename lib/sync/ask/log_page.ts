/** Pages of this device's log, as they are handed to peers. */
import { nextTurn } from "../../time/next_turn.ts";
import type { LogPage, PageQuery } from "../../store/log/op_log.ts";
import type { Store } from "../../store/store.ts";

/**
 * Reads the next page of the log. At its end, rows that have no op yet, such as those just imported, get
 * one now.
 */
export async function readLogPage(store: Store, query: PageQuery): Promise<LogPage> {
  for (;;) {
    const page = store.log.page(query);
    if (page.hasMore || store.countLegacy() === 0) return page;
    if (await store.whenFree(() => store.logLegacySlice()) === 0) return page;
    await nextTurn();
  }
}
