import { checkKeys, checkOneOf } from "../../base/check.ts";
import { SENT_TO_ALL, SENT_TO_NONE } from "../../mm/hookPoints.ts";
import { broadcastSync } from "../../mm/sync.ts";
import { flushSentIpi } from "../../mm/walkerVariables.ts";
import { own, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { Policy } from "../policy.ts";
import { tableSyncPolicy } from "./tableSync.ts";

/** Options of {@link dynamicFlag}. */
export interface DynamicFlagOptions {
  /**
   * When the flag is cleared. `detach`: whenever an entry is cleared, so that it speaks of the
   * flush behind it. `sync`: only where it is used, as posted.
   */
  reset?: "detach" | "sync";
  /**
   * Which flush sets the flag. `targets`: one whose handlers ran on every CPU it concerns.
   * `native-routine`: one that goes through `native_flush_tlb_multi()`, as posted; on KVM that is
   * every one, preempted vCPUs left out or not. `any`: every flush, as in a draft before.
   */
  setBy?: "targets" | "native-routine" | "any";
}

/**
 * "[PATCH v3 0/2]" (Lance Yang, 6 Jan 2026): a flag of each `mmu_gather` says that the flush for
 * freed tables has interrupted its targets; the sync uses it up. Decided flush by flush, so that a
 * machine with INVLPGB skips too, as long as an address space is flushed by interrupts.
 */
export function dynamicFlag(options: DynamicFlagOptions = {}): Policy {
  checkKeys("tableSync.dynamicFlag", options, ["reset", "setBy"]);
  const { reset = "detach", setBy = "targets" } = options;
  checkOneOf("reset", reset, ["detach", "sync"]);
  checkOneOf("setBy", setBy, ["targets", "native-routine", "any"]);
  const faults = [reset === "sync" ? STALE : "", FAULTS[setBy]].filter((fault) => fault !== "");
  return tableSyncPolicy({
    name: "dynamicFlag",
    options: { reset, setBy },
    hooks: { ...(reset === "detach" ? { detach: clear } : {}), flush: setting(setBy), sync },
    summary: "no sync after a flush that interrupted all its targets, broadcast after another",
    source: "[PATCH v3 0/2] skip redundant TLB sync IPIs, 6 Jan 2026",
    unshareReachesLazy: true,
    ...(faults.length > 0 ? { unsafe: faults.join("; ") } : {}),
  });
}

const STALE =
  "a flag that an earlier flush set lets the sync of a later table be skipped (David Hildenbrand," +
  " 6 and 7 January 2026)";

const FAULTS: Readonly<Record<Required<DynamicFlagOptions>["setBy"], string>> = {
  targets: "",
  "native-routine":
    "KVM calls the native routine with preempted vCPUs left out; one of them may be inside a walk",
  any: "the flag is set although no interrupt left",
};

const source = "[PATCH v3 1/2], tlb->tlb_flush_sent_ipi";

const clear = program("tlb_flush_sent_ipi_clear", { params: ["mm"], source }, (k) => {
  k.store(own(flushSentIpi), 0);
});

/** The flag is only ever set: a second flush of the same operation must not lose the first. */
function setting(setBy: Required<DynamicFlagOptions>["setBy"]): Program {
  return program("tlb_flush_sent_ipi_set", { params: ["mm", "sent"], source }, (k) => {
    const set = (): void => k.store(own(flushSentIpi), 1);
    if (setBy === "any") set();
    else if (setBy === "targets") k.if("sent", "==", SENT_TO_ALL, set);
    else k.if("sent", "!=", SENT_TO_NONE, set);
  });
}

const sync = program("tlb_gather_remove_table_sync_one", { params: ["mm"], source }, (k) => {
  k.load("sent", own(flushSentIpi));
  k.if("sent", "==", 1, () => {
    k.store(own(flushSentIpi), 0);
    k.leave("tlb_gather_remove_table_sync_one");
  });
  broadcastSync(k);
});
