import { checkKeys, checkOneOf } from "../../base/check.ts";
import { tlbIpiBroadcastKey, tlbIpiBroadcastKeyEarly } from "../../mm/bootVariables.ts";
import { broadcastSync } from "../../mm/sync.ts";
import type { Builder } from "../../steps/builder.ts";
import { own, program } from "../../steps/builder.ts";
import type { Program, Variable } from "../../steps/instructions.ts";
import type { Policy } from "../policy.ts";
import { tableSyncPolicy } from "./tableSync.ts";

/** Options of {@link skipIfFlushSentIpis}. */
export interface SkipIfFlushSentIpisOptions {
  /**
   * What `tlb_remove_table_sync_rcu()` does with the key on: `wait` for the grace period as v6, or
   * `skip` it too, as v7 to v10 were posted. Default `wait`.
   */
  syncRcu?: "wait" | "skip";
  /**
   * When boot sets the key: after the guest's operations have taken the place of the native ones,
   * as posted, or `before`. Default `after`.
   */
  keySet?: "after" | "before";
}

/**
 * "[PATCH v7 1/2] mm/mmu_gather: prepare to skip redundant sync IPIs" (Lance Yang, 9 Mar 2026): a
 * static key, set at boot when the flush is native and INVLPGB is absent, says that the flush just
 * before has interrupted every CPU that may walk. 0 interrupts then, the broadcast elsewhere. The
 * code is that of v6 (4 Mar 2026) to v10 (24 Apr 2026).
 */
export function skipIfFlushSentIpis(options: SkipIfFlushSentIpisOptions = {}): Policy {
  checkKeys("tableSync.skipIfFlushSentIpis", options, ["syncRcu", "keySet"]);
  const { syncRcu = "wait", keySet = "after" } = options;
  checkOneOf("syncRcu", syncRcu, ["wait", "skip"]);
  checkOneOf("keySet", keySet, ["after", "before"]);
  const skips = syncRcu === "skip";
  const key = keySet === "after" ? tlbIpiBroadcastKey : tlbIpiBroadcastKeyEarly;
  const faults = [...(skips ? [SKIPS_READERS] : []), ...(keySet === "before" ? [TOO_EARLY] : [])];
  return tableSyncPolicy({
    name: "skipIfFlushSentIpis",
    options: { syncRcu, keySet },
    hooks: { sync: syncWith(key), ...(skips ? { syncRcu: graceWith(key) } : {}) },
    summary: "no sync where every flush interrupts the CPUs that may walk, broadcast elsewhere",
    source: "[PATCH v7 1/2] mm/mmu_gather: prepare to skip redundant sync IPIs, 9 Mar 2026",
    unshareReachesLazy: true,
    ...(faults.length > 0 ? { unsafe: faults.join("; ") } : {}),
  });
}

const SKIPS_READERS =
  "a walker that holds only rcu_read_lock, with interrupts on, answers the flush and walks on in" +
  " the table that is freed";

const TOO_EARLY =
  "before a guest's operations are set, every flush looks native, and guests skip the sync too";

const source = "[PATCH v7 1/2], mm/mmu_gather.c, static_branch_likely()";

function syncWith(key: Variable): Program {
  return program("tlb_remove_table_sync_one", { params: ["mm"], source }, (k) => {
    leaveIfSent(k, key, "tlb_remove_table_sync_one");
    broadcastSync(k);
  });
}

function graceWith(key: Variable): Program {
  return program("tlb_remove_table_sync_rcu", { params: ["mm"], source }, (k) => {
    leaveIfSent(k, key, "tlb_remove_table_sync_rcu");
    k.tally("sync_rounds");
    k.gracePeriod();
  });
}

function leaveIfSent(k: Builder, key: Variable, section: string): void {
  k.load("flush_sent_ipis", own(key));
  k.if("flush_sent_ipis", "==", 1, () => k.leave(section));
}
