/** Freeing page tables when the page that would batch them cannot be allocated. */
import type { Builder } from "../steps/builder.ts";
import type { Environment } from "./environment.ts";
import { flushRange } from "./environment.ts";
import { syncByRcu, syncWithWalkers } from "./sync.ts";

/**
 * `tlb_remove_table()` without a batch, for register `tables_left` many tables: each is flushed
 * (`tlb_table_invalidate`, one F+ of `range`) and freed alone (`tlb_remove_table_one`): by a sync
 * until 6.18 without PT_RECLAIM, by a grace period since 7.1 (1fb3d8c20bfa), and by `call_rcu`,
 * which nobody waits for, with PT_RECLAIM. Sets `pending` to 0: nothing is left to flush.
 */
export function removeTablesOneByOne(k: Builder, env: Environment): void {
  k.while("tables_left", ">", 0, () => {
    k.work("freeTable");
    k.include(flushRange(env, { freed: true }), { mm: "mm", pages: "range" });
    removeTableOne(k, env);
    k.tally("tables_removed_alone");
    k.compute("tables_left", "tables_left", "-", 1);
    k.set("pending", 0);
  });
}

function removeTableOne(k: Builder, env: Environment): void {
  switch (env.features.tableFallback) {
    case "sync":
      syncWithWalkers(k, env);
      return;
    case "synchronizeRcu":
      syncByRcu(k, env);
      return;
    case "callRcu":
      k.tally("rcu_callbacks");
  }
}
