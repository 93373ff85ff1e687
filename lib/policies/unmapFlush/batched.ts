import { flushIfPending, flushOwnBatch, setFlushPending } from "../../mm/unmapBatch.ts";
import { program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { Policy } from "../policy.ts";
import { unmapFlushPolicy } from "./unmapFlush.ts";

/**
 * Mainline: reclaim notes what it has unmapped and flushes once for many pages; whoever takes
 * rights away meanwhile flushes the whole address space first, if something is owed. What is noted
 * and how it is flushed depends on the architecture; powerpc, and arm64 before 6.6, owe nothing.
 */
export function batched(): Policy {
  return unmapFlushPolicy({
    name: "batched",
    options: {},
    hooks: { deferUnmap, flushBatch, checkPending },
    summary: "one flush for many unmapped pages; operations that take rights away flush first",
    source: "mm/rmap.c set_tlb_ubc_flush_pending(), try_to_unmap_flush()",
  });
}

const params = ["mm"];
const source = "mm/rmap.c";

/** `set_tlb_ubc_flush_pending()` of mainline, for policies that change another part. */
export const deferUnmap: Program = program("set_tlb_ubc_flush_pending", { params, source }, (k) =>
  setFlushPending(k),
);

/** `try_to_unmap_flush()` of mainline, for policies that change another part. */
export const flushBatch: Program = program("try_to_unmap_flush", { params, source }, (k) =>
  flushOwnBatch(k),
);

/** `flush_tlb_batched_pending()` of mainline, for policies that change another part. */
export const checkPending: Program = program("flush_tlb_batched_pending", { params, source }, (k) =>
  flushIfPending(k, () => k.callPath("flush_tlb_mm", { mm: "mm" })),
);
