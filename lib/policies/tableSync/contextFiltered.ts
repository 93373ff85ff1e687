import { checkKeys, checkOneOf } from "../../base/check.ts";
import { broadcastSync, syncMask } from "../../mm/sync.ts";
import { CONTEXT_KERNEL, CONTEXT_USER, contextState } from "../../mm/walkerVariables.ts";
import type { Builder } from "../../steps/builder.ts";
import { of, own, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { Policy } from "../policy.ts";
import { cpusOfMm } from "./mmCpumaskFiltered.ts";
import { tableSyncPolicy } from "./tableSync.ts";

/** Options of {@link contextFiltered}. */
export interface ContextFilteredOptions {
  /**
   * The test of a CPU's context: `(state & mask) == kernel`, or without the brackets, as posted,
   * which no CPU ever passes. Default `bracketed`.
   */
  predicate?: "bracketed" | "as-posted";
  /** The fence between clearing the entry and reading the contexts. As posted: none. */
  syncFence?: "smp_mb" | "none";
}

/**
 * "[PATCH 0/3] send tlb_remove_table_smp_sync IPI only to necessary CPUs" (Yair Podemsky, v1, 4 Apr
 * 2023): of the CPUs of `mm_cpumask`, only those in the kernel are interrupted. v2 dropped it. As
 * posted it is `{ predicate: "as-posted", syncFence: "none" }`.
 */
export function contextFiltered(options: ContextFilteredOptions = {}): Policy {
  checkKeys("tableSync.contextFiltered", options, ["predicate", "syncFence"]);
  const { predicate = "bracketed", syncFence = "smp_mb" } = options;
  checkOneOf("predicate", predicate, ["bracketed", "as-posted"]);
  checkOneOf("syncFence", syncFence, ["smp_mb", "none"]);
  const faults = [
    ...(predicate === "as-posted" ? [NEVER_TRUE] : []),
    ...(syncFence === "none" ? [NOT_ORDERED] : []),
  ];
  return tableSyncPolicy({
    name: "contextFiltered",
    options: { predicate, syncFence },
    hooks: { kernelEntry, kernelExit, sync: syncWith(predicate, syncFence), syncShared },
    summary: "every sync interrupts the CPUs of mm_cpumask that are in the kernel",
    source: "[PATCH 0/3] send tlb_remove_table_smp_sync IPI only to necessary CPUs, 4 Apr 2023",
    ...(faults.length > 0 ? { unsafe: faults.join("; ") } : {}),
  });
}

const NEVER_TRUE =
  "== binds tighter than &: the test is never true, no CPU is interrupted and no walker waited for";

const NOT_ORDERED =
  "nothing orders the cleared entry before the contexts (Frederic Weisbecker, Peter Zijlstra)";

const source = "mm/mmu_gather.c of the series; kernel/context_tracking.c ct_state_inc()";

/** The transition is one full-barrier atomic, before the first walk that is possible. */
const kernelEntry = program("ct_kernel_enter", { params: [], source }, (k) => {
  k.exchange(own(contextState), CONTEXT_KERNEL);
});

const kernelExit = program("ct_kernel_exit", { params: [], source }, (k) => {
  k.exchange(own(contextState), CONTEXT_USER);
});

function syncWith(predicate: "bracketed" | "as-posted", fence: "smp_mb" | "none"): Program {
  return program("tlb_remove_table_sync_one", { params: ["mm"], source }, (k) => {
    if (fence === "smp_mb") k.smpMb();
    cpusOfMm(k);
    k.emptyMask("in_kernel");
    k.forEachCpu("cpu", "cpus", () => {
      k.load("state", of(contextState, "cpu"));
      testContext(k, predicate);
    });
    syncMask(k, "in_kernel");
  });
}

/** `state & (mask == kernel)` is `state & 0`, which is not 0 for no CPU. */
function testContext(k: Builder, predicate: "bracketed" | "as-posted"): void {
  if (predicate === "bracketed") {
    k.if("state", "==", CONTEXT_KERNEL, () => k.addCpu("in_kernel", "cpu"));
    return;
  }
  k.compute("matches", "state", "*", 0);
  k.if("matches", "!=", 0, () => k.addCpu("in_kernel", "cpu"));
}

const syncShared = program("tlb_remove_table_sync_one", { params: ["mm"], source }, (k) => {
  broadcastSync(k);
});
