import { tlbFlushBatchedFlag, ubcFlushRequired } from "../../mm/unmapVariables.ts";
import { of, own, program } from "../../steps/builder.ts";
import type { Policy } from "../policy.ts";
import { flushBatch } from "./batched.ts";
import { unmapFlushPolicy, WHERE_BATCHED } from "./unmapFlush.ts";

/**
 * 3ea277194daa (Mel Gorman, 4.13) until 5.17: one flag for the address space, set by every unmap
 * and cleared by whoever flushes, each under the lock of another page table.
 */
export function pendingFlag(): Policy {
  return unmapFlushPolicy({
    name: "pendingFlag",
    options: {},
    hooks: { deferUnmap, flushBatch, checkPending },
    summary: "a flag in place of the counters says that some unmap may lack its flush",
    source: "mm, mprotect: flush TLB if potentially racing with a parallel reclaim, 3ea277194daa",
    constraints: [WHERE_BATCHED],
    unsafe:
      "E2: an unmap under the lock of another page table sets the flag between the flush and the" +
      " clearing, and its flush is forgotten (Huang Ying, Nov 2021)",
  });
}

const params = ["mm"];
const source = "mm/rmap.c, 3ea277194daa";

const deferUnmap = program("set_tlb_ubc_flush_pending", { params, source }, (k) => {
  k.callPath("arch_tlbbatch_add_pending", { mm: "mm" });
  k.store(own(ubcFlushRequired), 1);
  k.fence("compiler");
  k.store(of(tlbFlushBatchedFlag, "mm"), 1);
});

const checkPending = program("flush_tlb_batched_pending", { params, source }, (k) => {
  k.load("batched", of(tlbFlushBatchedFlag, "mm"));
  k.if("batched", "==", 1, () => {
    k.callPath("flush_tlb_mm", { mm: "mm" });
    k.fence("compiler");
    k.store(of(tlbFlushBatchedFlag, "mm"), 0);
  });
});
