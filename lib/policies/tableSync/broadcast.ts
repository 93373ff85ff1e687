import { broadcastSync } from "../../mm/sync.ts";
import { program } from "../../steps/builder.ts";
import type { Policy } from "../policy.ts";
import { tableSyncPolicy } from "./tableSync.ts";

/**
 * Mainline: `tlb_remove_table_sync_one()` interrupts every other online CPU with an empty function
 * and waits. N − 1 interrupts a sync, idle and isolated CPUs included (mm/mmu_gather.c, 7.3.4).
 */
export function broadcast(): Policy {
  return tableSyncPolicy({
    name: "broadcast",
    options: {},
    hooks: { sync: syncOne },
    summary: "every sync interrupts all other online CPUs",
    source: "mm/mmu_gather.c tlb_remove_table_sync_one()",
  });
}

const syncOne = program(
  "tlb_remove_table_sync_one",
  { params: ["mm"], source: "mm/mmu_gather.c tlb_remove_table_sync_one()" },
  (k) => broadcastSync(k),
);
