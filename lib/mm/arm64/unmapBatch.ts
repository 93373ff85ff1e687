/**
 * Flushes of pages that reclaim and migration unmap, on arm64 (asm/tlbflush.h): each page is
 * invalidated at once, and one DSB waits for all of them. Batched since 6.6 (43b3dfdd0455,
 * `features.batchedUnmap`).
 */
import { program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { Environment } from "../environment.ts";
import { oncePerEnvironment } from "../environment.ts";
import { flushTlbRange } from "./flushTlbRange.ts";
import { syncAllSmeUsers } from "./smeSync.ts";
import { invalidate } from "./tlbi.ts";

/**
 * `arch_tlbbatch_add_pending()`: parameter `mm`. The entry of one page was cleared: a TLBI that
 * nobody waits for.
 */
export const addPendingUnmap: (env: Environment) => Program = oncePerEnvironment((env) => {
  const source = "arch/arm64/include/asm/tlbflush.h arch_tlbbatch_add_pending()";
  return program("arch_tlbbatch_add_pending", { params: ["mm"], source }, (k) => {
    k.fence("write");
    invalidate(k, env, 1, "leafOnly");
  });
});

/**
 * `arch_tlbbatch_flush()`: parameter `mm`, which does not matter. One DSB for every TLBI of this
 * CPU.
 */
export const flushUnmapBatch: (env: Environment) => Program = oncePerEnvironment((env) => {
  const source = "arch/arm64/include/asm/tlbflush.h arch_tlbbatch_flush()";
  return program("arch_tlbbatch_flush", { params: ["mm"], source }, (k) => {
    k.begin("tlb_flush");
    k.flushComplete("DSB");
    syncAllSmeUsers(k, env);
    k.end("tlb_flush");
    k.tally("flush_rounds");
  });
});

/**
 * `flush_tlb_batched_pending()`: parameter `mm`. A DSB would complete only the TLBIs of the CPU that
 * executes it, not those of the reclaimer: the whole address space is flushed ("arm64/mm: Close
 * theoretical race where stale TLB entry remains valid", 4b634918384c, 6.16 and in 6.12.117).
 */
export const flushBatchedPending: (env: Environment) => Program = oncePerEnvironment((env) => {
  const source = "mm/rmap.c flush_tlb_batched_pending()";
  return program("flush_tlb_batched_pending", { params: ["mm"], source }, (k) => {
    k.include(flushTlbRange(env, { freed: true }), { mm: "mm", pages: -1 });
  });
});
