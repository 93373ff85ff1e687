import { archKeepsCpumask } from "../../mm/bootVariables.ts";
import { broadcastSync, syncMask } from "../../mm/sync.ts";
import { mmCpumask } from "../../mm/variables.ts";
import type { Builder } from "../../steps/builder.ts";
import { of, own, program } from "../../steps/builder.ts";
import type { Policy } from "../policy.ts";
import { tableSyncPolicy } from "./tableSync.ts";

/**
 * "[PATCH v2 0/2] send tlb_remove_table_smp_sync IPI only to necessary CPUs" (Yair Podemsky, 20 Jun
 * 2023): the sync interrupts `mm_cpumask` where the architecture keeps one, everybody elsewhere.
 * Lazy CPUs are in the mask and are interrupted. The series knew no unshare; there it broadcasts
 * here, because CPUs of the other sharers are not in the mask.
 */
export function mmCpumaskFiltered(): Policy {
  return tableSyncPolicy({
    name: "mmCpumaskFiltered",
    options: {},
    hooks: { sync, syncShared },
    summary: "every sync interrupts the CPUs of mm_cpumask, all online ones where there is none",
    source: "[PATCH v2 0/2] send tlb_remove_table_smp_sync IPI only to necessary CPUs, 20 Jun 2023",
  });
}

/** Fills the mask register `cpus`: who may walk the address space. */
export function cpusOfMm(k: Builder): void {
  k.copyMask("cpus", "online");
  k.load("keeps_mask", own(archKeepsCpumask));
  k.if("keeps_mask", "==", 1, () => k.loadMask("cpus", of(mmCpumask, "mm")));
}

const source = "mm/mmu_gather.c tlb_remove_table_sync_one() of the series";

const sync = program("tlb_remove_table_sync_one", { params: ["mm"], source }, (k) => {
  cpusOfMm(k);
  syncMask(k, "cpus");
});

/** The broadcast of mainline: filters by one address space miss the others' walkers. */
const syncShared = program("tlb_remove_table_sync_one", { params: ["mm"], source }, (k) => {
  broadcastSync(k);
});
