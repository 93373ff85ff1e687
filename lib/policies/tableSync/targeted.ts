import { checkInteger, checkKeys, checkOneOf } from "../../base/check.ts";
import { broadcastSync, tableSmpSync } from "../../mm/sync.ts";
import { NO_MM } from "../../mm/variables.ts";
import { outerWalkedMm, walkedMm } from "../../mm/walkerVariables.ts";
import type { Builder } from "../../steps/builder.ts";
import { of, own, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { Policy } from "../policy.ts";
import { leaveIfFlushImpliesIpi, TRUSTS_KVM } from "./skipIfFlushImpliesIpi.ts";
import { tableSyncPolicy } from "./tableSync.ts";

/** Options of {@link targeted}. */
export interface TargetedOptions {
  /** Where a walker says that it walks. Only `per-cpu`, as in the posted series. */
  tracker?: "per-cpu";
  /** How a walker orders its tracker before its walk; Peter Zijlstra asked for one `xchg`. */
  enterBarrier?: "store+smp_mb" | "xchg";
  /**
   * The fence between clearing the entry and reading the trackers. v4 as posted had `smp_rmb`,
   * which does not order the earlier store; the review of 2 Feb 2026 asks for `smp_mb`.
   */
  syncFence?: "smp_mb" | "smp_rmb";
  /**
   * What the end of a walk leaves in the tracker. `clear`: nothing, as posted, so that a walk of
   * perf in an NMI hides the one it interrupted. `save-restore`: what was there before. Default
   * `save-restore`.
   */
  nested?: "clear" | "save-restore";
  /**
   * Whom the sync after an unshare interrupts: CPUs that walk any address space, or only those of
   * the `last-sharer`'s, as posted. Default `any-tracker`.
   */
  unshare?: "any-tracker" | "last-sharer";
  /** Share of syncs for which no mask can be allocated, 0 … 100 %. Default 0. */
  maskFailurePct?: number;
  /** What the sync does without a mask. Default `broadcast`. */
  onMaskFailure?: "broadcast" | "nothing";
  /** The property that v4 asks before it reads trackers: its own, that of v5, or none. */
  property?: "none" | "v4" | "v5";
}

/**
 * "[PATCH v4 0/3] targeted TLB sync IPIs for lockless page table walkers" (Lance Yang, 2 Feb 2026):
 * a walker stores the mm it walks in a per-CPU variable, with a full barrier behind, and clears it
 * with release; the sync side interrupts only CPUs whose variable names the mm. Defaults: v4 with
 * its reviews answered and without its property; as posted it is `{ syncFence: "smp_rmb", nested:
 * "clear", unshare: "last-sharer", property: "v4" }`.
 */
export function targeted(options: TargetedOptions = {}): Policy {
  const complete = checkTargeted(options);
  const { enterBarrier, nested } = complete;
  const faults = faultsOf(complete);
  return tableSyncPolicy({
    name: "targeted",
    options: { ...complete },
    hooks: {
      walkerEnter: enterWith(enterBarrier, nested),
      walkerExit: nested === "clear" ? exitClearing : exitRestoring,
      sync: syncWith(complete, "mm"),
      ...(complete.unshare === "any-tracker" ? { syncShared: syncWith(complete, "any") } : {}),
    },
    summary: "every sync interrupts only the CPUs that walk this address space right now",
    source: "[PATCH v4 0/3] targeted TLB sync IPIs for lockless page table walkers, 2 Feb 2026",
    unshareReachesLazy: true,
    ...(faults.length > 0 ? { unsafe: faults.join("; ") } : {}),
  });
}

type Complete = Required<TargetedOptions>;

function checkTargeted(options: TargetedOptions): Complete {
  checkKeys("tableSync.targeted", options, KEYS);
  const { tracker = "per-cpu", enterBarrier = "store+smp_mb", syncFence = "smp_mb" } = options;
  const { nested = "save-restore", unshare = "any-tracker", property = "none" } = options;
  const { maskFailurePct = 0, onMaskFailure = "broadcast" } = options;
  return {
    tracker: checkOneOf("tracker", tracker, ["per-cpu"]),
    enterBarrier: checkOneOf("enterBarrier", enterBarrier, ["store+smp_mb", "xchg"]),
    syncFence: checkOneOf("syncFence", syncFence, ["smp_mb", "smp_rmb"]),
    nested: checkOneOf("nested", nested, ["clear", "save-restore"]),
    unshare: checkOneOf("unshare", unshare, ["any-tracker", "last-sharer"]),
    maskFailurePct: checkInteger("maskFailurePct", maskFailurePct, 0, 100),
    onMaskFailure: checkOneOf("onMaskFailure", onMaskFailure, ["broadcast", "nothing"]),
    property: checkOneOf("property", property, ["none", "v4", "v5"]),
  };
}

const KEYS = [
  ...["tracker", "enterBarrier", "syncFence", "nested", "unshare"],
  ...["maskFailurePct", "onMaskFailure", "property"],
];

function faultsOf(options: Complete): string[] {
  const faults: string[] = [];
  if (options.syncFence === "smp_rmb") {
    faults.push("smp_rmb does not order the cleared entry before the trackers (Peter Zijlstra)");
  }
  if (options.nested === "clear") {
    faults.push("a walk of perf in an NMI clears the tracker of the walk it interrupts");
  }
  if (options.unshare === "last-sharer") {
    faults.push("after an unshare, walkers of an earlier sharer are missed");
  }
  if (options.maskFailurePct > 0 && options.onMaskFailure === "nothing") {
    faults.push("without memory for a mask nobody is waited for");
  }
  if (options.property === "v4") faults.push(TRUSTS_KVM);
  return faults;
}

const source = "[PATCH v4 1/3] mm: use targeted IPIs for TLB sync with lockless walkers";

function enterWith(barrier: Complete["enterBarrier"], nested: Complete["nested"]): Program {
  return program("lockless_pt_walk_begin", { params: ["mm"], source }, (k) => {
    if (nested === "save-restore") {
      k.load("outer", own(walkedMm));
      k.store(own(outerWalkedMm), "outer");
    }
    if (barrier === "xchg") {
      k.exchange(own(walkedMm), "mm");
      return;
    }
    k.store(own(walkedMm), "mm");
    k.smpMb();
  });
}

const exitClearing = program("lockless_pt_walk_end", { params: ["mm"], source }, (k) => {
  k.store(own(walkedMm), NO_MM, "release");
});

/** An NMI comes and goes between any two steps; it leaves both variables as it found them. */
const exitRestoring = program("lockless_pt_walk_end", { params: ["mm"], source }, (k) => {
  k.load("outer", own(outerWalkedMm));
  k.store(own(walkedMm), "outer", "release");
  k.store(own(outerWalkedMm), NO_MM);
});

function syncWith(options: Complete, whom: "mm" | "any"): Program {
  return program("tlb_remove_table_sync_mm", { params: ["mm"], source }, (k) => {
    const { property } = options;
    if (property !== "none") leaveIfFlushImpliesIpi(k, property, "tlb_remove_table_sync_mm");
    if (options.maskFailurePct > 0) allocateMask(k, options);
    k.tally("sync_rounds");
    k.fence(options.syncFence === "smp_mb" ? "full" : "read");
    k.emptyMask("walkers");
    k.forEachCpu("cpu", "online", () => {
      k.load("walked", of(walkedMm, "cpu"));
      const add = (): void => k.addCpu("walkers", "cpu");
      if (whom === "mm") k.if("walked", "==", "mm", add);
      else k.if("walked", "!=", NO_MM, add);
    });
    k.crossCall("walkers", tableSmpSync);
    k.awaitCalls();
  });
}

/** `alloc_cpumask_var(GFP_ATOMIC)`. */
function allocateMask(k: Builder, { maskFailurePct, onMaskFailure }: Complete): void {
  k.pick("percent", 100);
  k.if("percent", "<", maskFailurePct, () => {
    if (onMaskFailure === "broadcast") broadcastSync(k);
    k.leave("tlb_remove_table_sync_mm");
  });
}
