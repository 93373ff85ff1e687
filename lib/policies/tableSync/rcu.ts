import { program } from "../../steps/builder.ts";
import type { Policy } from "../policy.ts";
import { tableSyncPolicy } from "./tableSync.ts";

/**
 * A grace period instead of the broadcast, as mainline does since 7.1 where the batch page of a
 * page-table free cannot be allocated ("mm/mmu_gather: replace IPI with synchronize_rcu() when
 * batch allocation fails", 1fb3d8c20bfa). No interrupt, nothing for the walker; the updater sleeps
 * for 22.9 ms on a loaded machine. Covers walkers that only hold `rcu_read_lock()` too.
 */
export function rcu(): Policy {
  return tableSyncPolicy({
    name: "rcu",
    options: {},
    hooks: { sync: syncRcu },
    summary: "every sync sleeps for a grace period and interrupts nobody",
    source: "mm/mmu_gather.c tlb_remove_table_sync_rcu(), 1fb3d8c20bfa",
  });
}

const syncRcu = program(
  "tlb_remove_table_sync_rcu",
  { params: ["mm"], source: "mm/mmu_gather.c tlb_remove_table_sync_rcu()" },
  (k) => {
    k.tally("sync_rounds");
    k.gracePeriod();
  },
);
