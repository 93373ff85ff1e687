/** Collapse of 512 pages into one huge page (mm/khugepaged.c). */
import { of, program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import { flushRange } from "./environment.ts";
import { runHook } from "./hooks.ts";
import { syncWithWalkers } from "./sync.ts";
import { ENTRY_HUGE, ENTRY_NONE, pmd } from "./variables.ts";
import { flushUnmapBatch } from "./x86/unmapBatch.ts";

/** Pages under one PTE table, and in one huge page. */
export const PAGES_PER_TABLE = 512;

/**
 * `collapse_huge_page()`: parameters `mm`, `table`. The entry is cleared and flushed (one F+,
 * because `flush_tlb_range` always passes freed tables on x86), walkers are waited for, then the
 * pages are copied and the old table is deposited.
 */
export function collapseAnonymous(env: Environment): Program {
  const source = "mm/khugepaged.c collapse_huge_page(), mm/pgtable-generic.c pmdp_collapse_flush()";
  return program("collapse_huge_page", { params: ["mm", "table"], source }, (k) => {
    k.begin("collapse");
    k.work("collapseFixed");
    k.exchange(of(pmd, "table"), ENTRY_NONE);
    k.work("ptClear");
    k.ghost("detach", "table");
    runHook(k, env, "detach", { mm: "mm" });
    k.include(flushRange(env, { freed: true }), { mm: "mm", pages: PAGES_PER_TABLE });
    syncWithWalkers(k, env);
    k.work("copyPage", PAGES_PER_TABLE);
    k.ghost("reuse", "table");
    runHook(k, env, "reuse", { mm: "mm" });
    k.store(of(pmd, "table"), ENTRY_HUGE, "release");
    k.end("collapse");
    k.tally("operations");
  });
}

/**
 * `collapse_file()`: parameters `mm`, `table`. The pages are unmapped under one batch flush (F0),
 * then each address space that maps the extent loses its table (one F+). Until 6.5 a sync broadcast
 * follows and the table is freed here; later RCU frees it after the path (`pte_free_defer`).
 */
export function collapseShmem(env: Environment): Program {
  const source = "mm/khugepaged.c collapse_file(), retract_page_tables()";
  return program("collapse_file", { params: ["mm", "table"], source }, (k) => {
    k.begin("collapse");
    k.work("collapseFixed");
    k.include(flushUnmapBatch(env), { mm: "mm" });
    k.work("copyPage", PAGES_PER_TABLE);
    k.exchange(of(pmd, "table"), ENTRY_NONE);
    k.work("ptClear");
    k.ghost("detach", "table");
    runHook(k, env, "detach", { mm: "mm" });
    k.include(flushRange(env, { freed: true }), { mm: "mm", pages: PAGES_PER_TABLE });
    if (env.features.fileCollapseSyncs) {
      syncWithWalkers(k, env);
      k.ghost("free", "table");
      runHook(k, env, "reuse", { mm: "mm" });
    }
    k.store(of(pmd, "table"), ENTRY_HUGE, "release");
    k.end("collapse");
    k.tally("operations");
  });
}
