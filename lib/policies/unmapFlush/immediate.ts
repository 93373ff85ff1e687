import { program } from "../../steps/builder.ts";
import type { Policy } from "../policy.ts";
import { unmapFlushPolicy } from "./unmapFlush.ts";

/**
 * Before "mm: send one IPI per CPU to TLB flush all entries after unmapping pages" (Mel Gorman,
 * 72b252aed506, 4.3): every page is flushed when its entry is cleared. Nothing is ever owed.
 */
export function immediate(): Policy {
  return unmapFlushPolicy({
    name: "immediate",
    options: {},
    hooks: { deferUnmap },
    summary: "one flush for every unmapped page",
    source: "mm/pgtable-generic.c ptep_clear_flush(); mm/rmap.c before 72b252aed506",
  });
}

const deferUnmap = program(
  "ptep_clear_flush",
  { params: ["mm"], source: "mm/pgtable-generic.c ptep_clear_flush()" },
  (k) => k.callPath("flush_tlb_page", { mm: "mm" }),
);
