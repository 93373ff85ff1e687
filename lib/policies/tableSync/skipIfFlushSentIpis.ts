import { checkKeys, checkOneOf } from "../../base/check.ts";
import { tlbIpiBroadcastKey } from "../../mm/bootVariables.ts";
import { broadcastSync } from "../../mm/sync.ts";
import type { Builder } from "../../steps/builder.ts";
import { own, program } from "../../steps/builder.ts";
import type { Policy } from "../policy.ts";
import { tableSyncPolicy } from "./tableSync.ts";

/** Options of {@link skipIfFlushSentIpis}. */
export interface SkipIfFlushSentIpisOptions {
  /**
   * What `tlb_remove_table_sync_rcu()` does with the key on: `wait` for the grace period as v6, or
   * `skip` it too, as v7 to v10 were posted. Default `wait`.
   */
  syncRcu?: "wait" | "skip";
}

/**
 * "[PATCH v7 1/2] mm/mmu_gather: prepare to skip redundant sync IPIs" (Lance Yang, 9 Mar 2026): a
 * static key, set at boot when the flush is native and INVLPGB is absent, says that the flush just
 * before has interrupted every CPU that may walk. 0 interrupts then, the broadcast elsewhere. The
 * code is that of v6 (4 Mar 2026) to v10 (24 Apr 2026).
 */
export function skipIfFlushSentIpis(options: SkipIfFlushSentIpisOptions = {}): Policy {
  checkKeys("tableSync.skipIfFlushSentIpis", options, ["syncRcu"]);
  const { syncRcu = "wait" } = options;
  checkOneOf("syncRcu", syncRcu, ["wait", "skip"]);
  const skips = syncRcu === "skip";
  return tableSyncPolicy({
    name: "skipIfFlushSentIpis",
    options: { syncRcu },
    hooks: skips ? { sync, syncRcu: graceIfNotSent } : { sync },
    summary: "no sync where every flush interrupts the CPUs that may walk, broadcast elsewhere",
    source: "[PATCH v7 1/2] mm/mmu_gather: prepare to skip redundant sync IPIs, 9 Mar 2026",
    unshareReachesLazy: true,
    ...(skips ? { unsafe: SKIPS_READERS } : {}),
  });
}

const SKIPS_READERS =
  "a walker that holds only rcu_read_lock, with interrupts on, answers the flush and walks on in" +
  " the table that is freed";

const source = "[PATCH v7 1/2], mm/mmu_gather.c, static_branch_likely()";

const sync = program("tlb_remove_table_sync_one", { params: ["mm"], source }, (k) => {
  leaveIfSent(k, "tlb_remove_table_sync_one");
  broadcastSync(k);
});

const graceIfNotSent = program("tlb_remove_table_sync_rcu", { params: ["mm"], source }, (k) => {
  leaveIfSent(k, "tlb_remove_table_sync_rcu");
  k.tally("sync_rounds");
  k.gracePeriod();
});

function leaveIfSent(k: Builder, section: string): void {
  k.load("flush_sent_ipis", own(tlbIpiBroadcastKey));
  k.if("flush_sent_ipis", "==", 1, () => k.leave(section));
}
