/** Variables of flushes that reclaim and migration leave for later (mm/rmap.c). */
import type { Variable } from "../steps/instructions.ts";

/**
 * `mm->tlb_flush_batched` since 5.17: the low half counts unmaps whose flush is owed (pending), the
 * high half says up to which of them somebody else has flushed.
 */
export const tlbFlushBatched: Variable = {
  name: "tlb_flush_batched",
  scope: "mm",
  holds: "number",
  initial: 0,
  meaning: "pending unmaps, and above 16 bits those flushed meanwhile",
};

/** `mm->tlb_flush_batched` until 5.16, one bit for all page tables. */
export const tlbFlushBatchedFlag: Variable = {
  name: "tlb_flush_batched_flag",
  scope: "mm",
  holds: "number",
  initial: 0,
  meaning: "1 while some unmap may lack its flush",
};

/** `current->tlb_ubc.flush_required`: the task has unmapped pages that it has not flushed. */
export const ubcFlushRequired: Variable = {
  name: "tlb_ubc_flush_required",
  scope: "cpu",
  holds: "number",
  initial: 0,
  meaning: "1 while the task here owes a flush",
};

/** `current->tlb_ubc.arch.cpumask` (x86): CPUs that may translate pages the task has unmapped. */
export const ubcCpumask: Variable = {
  name: "tlb_ubc_cpumask",
  scope: "cpu",
  holds: "mask",
  initial: 0,
  meaning: "CPUs that the owed flush must reach",
};

/** The task has issued INVLPGBs for pages it has unmapped, and no TLBSYNC since (a series). */
export const ubcInvlpgbSent: Variable = {
  name: "tlb_ubc_invlpgb_sent",
  scope: "cpu",
  holds: "number",
  initial: 0,
  meaning: "1 while the task here owes a TLBSYNC",
};

/** All of them. */
export const UNMAP_VARIABLES: readonly Variable[] = [
  tlbFlushBatched,
  tlbFlushBatchedFlag,
  ubcFlushRequired,
  ubcCpumask,
  ubcInvlpgbSent,
];
