import { broadcastSync, syncUsers } from "../../mm/sync.ts";
import { mmWalkers } from "../../mm/walkerVariables.ts";
import { of, program } from "../../steps/builder.ts";
import type { Policy } from "../policy.ts";
import { tableSyncPolicy } from "./tableSync.ts";
import { WITHOUT_CPUMASK } from "./withoutCpumask.ts";

/**
 * "[PATCH v5 00/11] Introduces new count-based method for monitoring lockless pagetable walks"
 * (Leonardo Bras, v5, 2 Oct 2019): walkers count themselves in their address space, and
 * a sync that finds nobody interrupts nobody; otherwise it calls `mm_cpumask`. Two atomics on a
 * line that all walkers of the process share. On powerpc it also guarded every huge page that was
 * split or unmapped.
 */
export function perMmCounter(): Policy {
  return tableSyncPolicy({
    name: "perMmCounter",
    options: {},
    hooks: { walkerEnter, walkerExit, sync, syncShared, serialize: sync, thpCleared: sync },
    summary: "walkers count themselves in their mm; a sync that finds none interrupts nobody",
    source: "[PATCH v5] Introduces new count-based method …, Leonardo Bras, 2 Oct 2019",
    constraints: WITHOUT_CPUMASK,
    unsafe:
      "a table of file memory is reached by walkers of other address spaces, which count" +
      " elsewhere (Peter Zijlstra, 3 October 2019)",
  });
}

const source = "begin_lockless_pgtbl_walk(), arch/powerpc/mm/book3s64/pgtable.c of the series";

const walkerEnter = program("begin_lockless_pgtbl_walk", { params: ["mm"], source }, (k) => {
  k.add(of(mmWalkers, "mm"), 1, undefined, "relaxed");
  k.smpMb();
});

const walkerExit = program("end_lockless_pgtbl_walk", { params: ["mm"], source }, (k) => {
  k.smpMb();
  k.add(of(mmWalkers, "mm"), -1, undefined, "relaxed");
});

const sync = program("serialize_against_pte_lookup", { params: ["mm"], source }, (k) => {
  k.smpMb();
  k.load("walks", of(mmWalkers, "mm"));
  k.if("walks", "==", 0, () => k.leave("serialize_against_pte_lookup"));
  syncUsers(k);
});

/** The counter of one sharer says nothing about the others. */
const syncShared = program("tlb_remove_table_sync_one", { params: ["mm"], source }, (k) => {
  broadcastSync(k);
});
