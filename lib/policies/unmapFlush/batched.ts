import { program } from "../../steps/builder.ts";
import { Policy } from "../policy.ts";

/**
 * Mainline: reclaim notes what it has unmapped and flushes once for many pages; whoever takes
 * rights away meanwhile flushes first. How that is done depends on the architecture.
 */
export function batched(): Policy {
  return new Policy("unmapFlush", {
    name: "batched",
    options: {},
    hooks: { deferUnmap, flushBatch, checkPending },
    summary: "one flush for many unmapped pages; operations that take rights away flush first",
    source: "mm/rmap.c set_tlb_ubc_flush_pending(), try_to_unmap_flush()",
  });
}

const source = "mm/rmap.c";

const deferUnmap = program("set_tlb_ubc_flush_pending", { params: ["mm"], source }, (k) =>
  k.callPath("arch_tlbbatch_add_pending", { mm: "mm" }),
);

const flushBatch = program("try_to_unmap_flush", { params: ["mm"], source }, (k) =>
  k.callPath("arch_tlbbatch_flush", { mm: "mm" }),
);

const checkPending = program("flush_tlb_batched_pending", { params: ["mm"], source }, (k) =>
  k.callPath("flush_tlb_batched_pending", { mm: "mm" }),
);
