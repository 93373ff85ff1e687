/**
 * Flushes of pages that reclaim and migration unmap, on arm64 (asm/tlbflush.h): each page is
 * invalidated at once, and one DSB waits for all of them. Batched since 6.6 (43b3dfdd0455,
 * `features.batchedUnmap`).
 */
import { program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { Environment, UnmapBatchPaths } from "../environment.ts";
import { oncePerEnvironment } from "../environment.ts";
import { syncAllSmeUsers } from "./smeSync.ts";
import { invalidate } from "./tlbi.ts";

/**
 * `arch_tlbbatch_add_pending()`: parameter `mm`. The entry of one page was cleared: a TLBI that
 * nobody waits for.
 */
const addPending: (env: Environment) => Program = oncePerEnvironment((env) => {
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
const flush: (env: Environment) => Program = oncePerEnvironment((env) => {
  const source = "arch/arm64/include/asm/tlbflush.h arch_tlbbatch_flush()";
  return program("arch_tlbbatch_flush", { params: ["mm"], source }, (k) => {
    k.begin("tlb_flush");
    k.flushComplete("DSB");
    syncAllSmeUsers(k, env);
    k.end("tlb_flush");
    k.tally("flush_rounds");
  });
});

/** What arm64 brings to deferred flushes. */
export const unmapBatch: UnmapBatchPaths = { addPending, flush };
