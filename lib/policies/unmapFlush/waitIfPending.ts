import { flushIfPending } from "../../mm/unmapBatch.ts";
import { program } from "../../steps/builder.ts";
import type { Policy } from "../policy.ts";
import { deferUnmap, flushBatch } from "./batched.ts";
import { ARM64_ONLY, unmapFlushPolicy } from "./unmapFlush.ts";

/**
 * arm64 as merged in 6.6 ("arm64: support batched/deferred tlb shootdown during page
 * reclamation/migration", 43b3dfdd0455): who finds a pending batch waits with `dsb(ish)` for TLBIs
 * that another CPU has issued, as the thread of July 2023 concludes.
 */
export function waitIfPending(): Policy {
  return unmapFlushPolicy({
    name: "waitIfPending",
    options: {},
    hooks: { deferUnmap, flushBatch, checkPending },
    summary: "who finds a pending batch waits for it with a barrier and flushes nothing",
    source: "arch/arm64/include/asm/tlbflush.h arch_flush_tlb_batched_pending(), 43b3dfdd0455",
    constraints: ARM64_ONLY,
    unsafe:
      "E6: a DSB completes only the TLBIs of its own CPU, those of the reclaimer may still be" +
      " outstanding (Ryan Roberts, 30 May 2025, 4b634918384c)",
  });
}

const checkPending = program(
  "flush_tlb_batched_pending",
  { params: ["mm"], source: "arm64 arch_flush_tlb_batched_pending(), 43b3dfdd0455" },
  (k) => flushIfPending(k, () => k.flushComplete("DSB")),
);
