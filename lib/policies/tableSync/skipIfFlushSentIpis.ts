import { broadcastSync } from "../../mm/sync.ts";
import { tlbIpiBroadcastKey } from "../../mm/variables.ts";
import { own, program } from "../../steps/builder.ts";
import type { Policy } from "../policy.ts";
import { tableSyncPolicy } from "./tableSync.ts";

/**
 * "[PATCH v7 1/2] mm/mmu_gather: prepare to skip redundant sync IPIs" (Lance Yang, 9 Mar 2026): a
 * static key, set at boot when the flush is native and INVLPGB is absent, says that the flush just
 * before has interrupted every CPU that may walk. 0 interrupts then, the broadcast elsewhere.
 */
export function skipIfFlushSentIpis(): Policy {
  return tableSyncPolicy({
    name: "skipIfFlushSentIpis",
    options: {},
    hooks: { sync },
    summary: "no sync where every flush interrupts the CPUs that may walk, broadcast elsewhere",
    source: "[PATCH v7 1/2] mm/mmu_gather: prepare to skip redundant sync IPIs, 9 Mar 2026",
  });
}

const sync = program(
  "tlb_remove_table_sync_one",
  { params: ["mm"], source: "[PATCH v7 1/2], mm/mmu_gather.c, static_branch_likely()" },
  (k) => {
    k.load("flush_sent_ipis", own(tlbIpiBroadcastKey));
    k.if("flush_sent_ipis", "==", 1, () => k.leave("tlb_remove_table_sync_one"));
    broadcastSync(k);
  },
);
