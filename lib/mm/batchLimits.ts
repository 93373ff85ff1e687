/** How much one flush may serve: the limits of Linux, each with its releases and its source. */
import { deepFreeze } from "../base/value.ts";

/** One limit. */
export interface BatchLimit {
  /** In `unit`. */
  readonly value: number;
  readonly unit: string;
  /** First release, and the last one where a later release has another limit. */
  readonly releases: string;
  /** Which flush comes when it is reached, and where the figure stands. */
  readonly source: string;
}

/** Name of a limit. */
export type BatchLimitName =
  | "gatherPages"
  | "gatherPagesBefore69"
  | "gatherTables"
  | "reclaimFolios"
  | "reclaimTable"
  | "migrationPages";

/** All limits; `releaseFeatures` takes its figures from here. */
export const batchLimits: Readonly<Record<BatchLimitName, BatchLimit>> = deepFreeze({
  gatherPages: {
    value: 9_678,
    unit: "pages",
    releases: "since 6.9",
    source:
      "mm/mmu_gather.c __tlb_remove_folio_pages_size(): 8 pages on the stack and 19 pages of 510" +
      " pointers, each closed one slot early; then one F0",
  },
  gatherPagesBefore69: {
    value: 9_698,
    unit: "pages",
    releases: "until 6.8",
    source:
      "mm/mmu_gather.c MAX_GATHER_BATCH_COUNT: 8 pages on the stack and 19 pages of 510 pointers;" +
      " then one F0",
  },
  gatherTables: {
    value: 509,
    unit: "page tables",
    releases: "all; x86 without a hypervisor since 6.14",
    source: "include/asm-generic/tlb.h MAX_TABLE_BATCH: one page behind its header; then one F+",
  },
  reclaimFolios: {
    value: 31,
    unit: "folios freed",
    releases: "since 6.9",
    source:
      "mm/vmscan.c shrink_folio_list(): a full folio batch (PAGEVEC_SIZE) is flushed and freed",
  },
  reclaimTable: {
    value: 512,
    unit: "pages",
    releases: "until 6.8",
    source: "mm/madvise.c MADV_PAGEOUT: one call of shrink_folio_list() for each page table",
  },
  migrationPages: {
    value: 512,
    unit: "pages",
    releases: "since 6.3",
    source: "mm/migrate.c NR_MAX_BATCHED_MIGRATION, HPAGE_PMD_NR; before, one F0 a page",
  },
});
