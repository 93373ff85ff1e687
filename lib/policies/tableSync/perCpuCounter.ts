import { checkKeys, checkOneOf } from "../../base/check.ts";
import { broadcastSync, syncMask } from "../../mm/sync.ts";
import { mmCpumask } from "../../mm/variables.ts";
import { cpuWalks } from "../../mm/walkerVariables.ts";
import { of, own, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { Policy } from "../policy.ts";
import { tableSyncPolicy } from "./tableSync.ts";
import { WITHOUT_CPUMASK } from "./withoutCpumask.ts";

/** Options of {@link perCpuCounter}. */
export interface PerCpuCounterOptions {
  /**
   * Whose counters the sync reads: those of `mm_cpumask`, as posted, or of all `online` CPUs.
   * Default `online`.
   */
  among?: "mm_cpumask" | "online";
}

/**
 * "[PATCH v6 00/11] Introduces new functions for tracking lockless pagetable walks" (Leonardo Bras,
 * 6 Feb 2020): a counter a CPU, and a sync that interrupts the CPUs whose counter is not 0. No
 * shared line; the counter does not say which address space is walked.
 */
export function perCpuCounter(options: PerCpuCounterOptions = {}): Policy {
  checkKeys("tableSync.perCpuCounter", options, ["among"]);
  const { among = "online" } = options;
  checkOneOf("among", among, ["mm_cpumask", "online"]);
  const sync = syncAmong(among);
  const filters = among === "mm_cpumask";
  return tableSyncPolicy({
    name: "perCpuCounter",
    options: { among },
    hooks: {
      ...{ walkerEnter, walkerExit, sync, serialize: sync, thpCleared: sync },
      ...(filters ? { syncShared } : {}),
    },
    summary: "a sync interrupts the CPUs that walk any address space right now",
    source: "[PATCH v6] Introduces new functions for tracking …, Leonardo Bras, 6 Feb 2020",
    ...(filters ? { constraints: WITHOUT_CPUMASK, unsafe: MISSES_OTHERS } : {}),
  });
}

const MISSES_OTHERS =
  "a table of file memory is reached by walkers of other address spaces, whose CPUs are not in" +
  " the mask (Peter Zijlstra, 3 October 2019)";

const source = "begin_lockless_pgtbl_walk(), arch/powerpc/mm/book3s64/pgtable.c of the series";

const walkerEnter = program("begin_lockless_pgtbl_walk", { params: ["mm"], source }, (k) => {
  k.load("walks", own(cpuWalks));
  k.compute("walks", "walks", "+", 1);
  k.store(own(cpuWalks), "walks");
  k.smpMb();
});

const walkerExit = program("end_lockless_pgtbl_walk", { params: ["mm"], source }, (k) => {
  k.smpMb();
  k.load("walks", own(cpuWalks));
  k.compute("walks", "walks", "-", 1);
  k.store(own(cpuWalks), "walks");
});

function syncAmong(among: "mm_cpumask" | "online"): Program {
  return program("serialize_against_pte_lookup", { params: ["mm"], source }, (k) => {
    k.smpMb();
    if (among === "mm_cpumask") k.loadMask("users", of(mmCpumask, "mm"));
    k.emptyMask("walkers");
    k.forEachCpu("cpu", among === "online" ? "online" : "users", () => {
      k.load("walks", of(cpuWalks, "cpu"));
      k.if("walks", ">", 0, () => k.addCpu("walkers", "cpu"));
    });
    syncMask(k, "walkers");
  });
}

/** CPUs of other sharers are not in the mask of the last one. */
const syncShared = program("tlb_remove_table_sync_one", { params: ["mm"], source }, (k) => {
  broadcastSync(k);
});
