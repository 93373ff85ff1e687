import { checkKeys, checkOneOf } from "../../base/check.ts";
import { archKeepsCpumask } from "../../mm/bootVariables.ts";
import { broadcastSync, syncMask } from "../../mm/sync.ts";
import { mmCpumask } from "../../mm/variables.ts";
import type { Builder } from "../../steps/builder.ts";
import { of, own, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { Policy } from "../policy.ts";
import { tableSyncPolicy } from "./tableSync.ts";

/** Options of {@link mmCpumaskFiltered}. */
export interface MmCpumaskFilteredOptions {
  /**
   * Where `mm_cpumask` is believed: `where-kept` by the architecture, as posted, or `everywhere`.
   * Default `where-kept`.
   */
  mask?: "where-kept" | "everywhere";
}

/**
 * "[PATCH v2 0/2] send tlb_remove_table_smp_sync IPI only to necessary CPUs" (Yair Podemsky, 20 Jun
 * 2023): the sync interrupts `mm_cpumask` where the architecture keeps one, everybody elsewhere.
 * Lazy CPUs are in the mask and are interrupted. The series knew no unshare; there it broadcasts
 * here, because CPUs of the other sharers are not in the mask.
 */
export function mmCpumaskFiltered(options: MmCpumaskFilteredOptions = {}): Policy {
  checkKeys("tableSync.mmCpumaskFiltered", options, ["mask"]);
  const { mask = "where-kept" } = options;
  checkOneOf("mask", mask, ["where-kept", "everywhere"]);
  return tableSyncPolicy({
    name: "mmCpumaskFiltered",
    options: { mask },
    hooks: { sync: syncWith(mask), syncShared },
    summary: "every sync interrupts the CPUs of mm_cpumask, all online ones where there is none",
    source: "[PATCH v2 0/2] send tlb_remove_table_smp_sync IPI only to necessary CPUs, 20 Jun 2023",
    ...(mask === "everywhere" ? { unsafe: NOT_KEPT } : {}),
  });
}

const NOT_KEPT = "arm64 keeps no mm_cpumask: nobody is interrupted there and no walker waited for";

/** Fills the mask register `cpus`: who may walk the address space. */
export function cpusOfMm(k: Builder): void {
  k.copyMask("cpus", "online");
  k.load("keeps_mask", own(archKeepsCpumask));
  k.if("keeps_mask", "==", 1, () => k.loadMask("cpus", of(mmCpumask, "mm")));
}

const source = "mm/mmu_gather.c tlb_remove_table_sync_one() of the series";

function syncWith(mask: "where-kept" | "everywhere"): Program {
  return program("tlb_remove_table_sync_one", { params: ["mm"], source }, (k) => {
    if (mask === "where-kept") cpusOfMm(k);
    else k.loadMask("cpus", of(mmCpumask, "mm"));
    syncMask(k, "cpus");
  });
}

/** The broadcast of mainline: filters by one address space miss the others' walkers. */
const syncShared = program("tlb_remove_table_sync_one", { params: ["mm"], source }, (k) => {
  broadcastSync(k);
});
