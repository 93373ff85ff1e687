import { flushIfPending } from "../../mm/unmapBatch.ts";
import { program } from "../../steps/builder.ts";
import type { Policy } from "../policy.ts";
import { deferUnmap, flushBatch } from "./batched.ts";
import { unmapFlushPolicy, WHERE_BATCHED } from "./unmapFlush.ts";

/**
 * A diff proposed for arm64 (Yicong Yang, 5 Jul 2023): who finds a pending batch calls
 * `arch_tlbbatch_flush(&current->tlb_ubc.arch)`, which is the batch of the caller.
 */
export function flushOwnIfPending(): Policy {
  return unmapFlushPolicy({
    name: "flushOwnIfPending",
    options: {},
    hooks: { deferUnmap, flushBatch, checkPending },
    summary: "who finds a pending batch flushes the one of its own task",
    source: "[RESEND PATCH v9 2/2] arm64: support batched/deferred tlb shootdown, 5 Jul 2023",
    constraints: [WHERE_BATCHED],
    unsafe:
      "E5: the batch of the caller is empty, what is pending stands in the batch of the reclaimer" +
      " (Yicong Yang, 5 Jul 2023)",
  });
}

const checkPending = program(
  "flush_tlb_batched_pending",
  {
    params: ["mm"],
    source: "arm64: support batched/deferred tlb shootdown, thread, Yicong Yang, 5 Jul 2023",
  },
  (k) => flushIfPending(k, () => k.callPath("arch_tlbbatch_flush", { mm: "mm" })),
);
