import { checkKeys, checkOneOf } from "../../base/check.ts";
import { tableSmpSync } from "../../mm/sync.ts";
import { NO_MM, walkedMm } from "../../mm/variables.ts";
import { of, own, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { Policy } from "../policy.ts";
import { tableSyncPolicy } from "./tableSync.ts";

/** Options of {@link targeted}. */
export interface TargetedOptions {
  /** Where a walker says that it walks. Only `per-cpu` so far, as in the posted series. */
  tracker?: "per-cpu";
  /**
   * The fence between clearing the entry and reading the trackers. v4 as posted had `smp_rmb`,
   * which does not order the earlier store; the review of 2 Feb 2026 asks for `smp_mb`.
   */
  syncFence?: "smp_mb" | "smp_rmb";
}

/**
 * "[PATCH v4 0/3] targeted TLB sync IPIs for lockless page table walkers" (Lance Yang, 2 Feb 2026):
 * a walker stores the mm it walks in a per-CPU variable, with a full barrier behind, and clears it
 * with release; the sync side interrupts only CPUs whose variable names the mm.
 */
export function targeted(options: TargetedOptions = {}): Policy {
  checkKeys("tableSync.targeted", options, ["tracker", "syncFence"]);
  const { tracker = "per-cpu", syncFence = "smp_mb" } = options;
  checkOneOf("tracker", tracker, ["per-cpu"]);
  checkOneOf("syncFence", syncFence, ["smp_mb", "smp_rmb"]);
  return tableSyncPolicy({
    name: "targeted",
    options: { tracker, syncFence },
    hooks: { walkerEnter, walkerExit, sync: syncWith(syncFence) },
    summary: "every sync interrupts only the CPUs that walk this address space right now",
    source: "[PATCH v4 0/3] targeted TLB sync IPIs for lockless page table walkers, 2 Feb 2026",
  });
}

const source = "[PATCH v4 1/3] mm: use targeted IPIs for TLB sync with lockless walkers";

const walkerEnter = program("lockless_pt_walk_begin", { params: ["mm"], source }, (k) => {
  k.store(own(walkedMm), "mm");
  k.smpMb();
});

const walkerExit = program("lockless_pt_walk_end", { params: ["mm"], source }, (k) => {
  k.store(own(walkedMm), NO_MM, "release");
});

function syncWith(fence: "smp_mb" | "smp_rmb"): Program {
  return program("tlb_remove_table_sync_mm", { params: ["mm"], source }, (k) => {
    k.tally("sync_rounds");
    k.fence(fence === "smp_mb" ? "full" : "read");
    k.emptyMask("walkers");
    k.forEachCpu("cpu", "online", () => {
      k.load("walked", of(walkedMm, "cpu"));
      k.if("walked", "==", "mm", () => k.addCpu("walkers", "cpu"));
    });
    k.crossCall("walkers", tableSmpSync);
    k.awaitCalls();
  });
}
