/** Collapse of 512 pages into one huge page (mm/khugepaged.c). */
import type { Builder } from "../steps/builder.ts";
import { of, program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import { flushRange } from "./environment.ts";
import { runHook } from "./hooks.ts";
import { PAGES_PER_TABLE, TABLE_BYTES } from "./pageTables.ts";
import { syncWithWalkers } from "./sync.ts";
import { tryToUnmap } from "./unmap.ts";
import { ENTRY_HUGE, ENTRY_NONE, ENTRY_TABLE, pmd } from "./variables.ts";

/** What one attempt comes to. */
export interface CollapseAttempt {
  /** Pages that are present and copied; the others of the huge page are zeroed. Default 512. */
  readonly copiedPages?: number;
  /**
   * `huge`: the huge page is mapped. `small`: a folio below the size of a PMD takes the place of
   * its pages (since 7.2), and the table comes back. `fails`: a page cannot be isolated, or is part
   * of such a folio already; that is found out after flush and sync, and the table comes back.
   */
  readonly outcome?: "huge" | "small" | "fails";
}

/**
 * `collapse_huge_page()`: parameters `mm`, `table`. The entry is cleared and flushed (one F+,
 * because `flush_tlb_range` always passes freed tables on x86), walkers are waited for, then the
 * pages are copied and the old table is deposited.
 */
export function collapseAnonymous(env: Environment, attempt: CollapseAttempt = {}): Program {
  const { copiedPages = PAGES_PER_TABLE, outcome = "huge" } = attempt;
  const source = "mm/khugepaged.c collapse_huge_page(), mm/pgtable-generic.c pmdp_collapse_flush()";
  return program("collapse_huge_page", { params: ["mm", "table"], source }, (k) => {
    k.begin("collapse");
    k.work("collapseFixed");
    k.exchange(of(pmd, "table"), ENTRY_NONE);
    k.work("ptClear");
    k.ghost("detach", "table");
    runHook(k, env, "detach", { mm: "mm" });
    flushCollapsed(k, env);
    syncWithWalkers(k, env);
    if (outcome !== "fails") k.work("copyPage", copiedPages);
    if (outcome === "huge") {
      k.ghost("reuse", "table");
      runHook(k, env, "reuse", { mm: "mm" });
    }
    k.store(of(pmd, "table"), outcome === "huge" ? ENTRY_HUGE : ENTRY_TABLE, "release");
    k.end("collapse");
    k.tally(outcome === "fails" ? "failed_collapses" : "operations");
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
    k.set("mapped", mappedPages(env));
    k.while("mapped", ">", 0, () => {
      k.include(tryToUnmap(env), { mm: "mm" });
      k.compute("mapped", "mapped", "-", 1);
    });
    runHook(k, env, "flushBatch", { mm: "mm" });
    k.work("copyPage", PAGES_PER_TABLE);
    k.exchange(of(pmd, "table"), ENTRY_NONE);
    k.work("ptClear");
    k.ghost("detach", "table");
    runHook(k, env, "detach", { mm: "mm" });
    flushCollapsed(k, env);
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

/** `pmdp_collapse_flush()` of register `mm`, whose entry was cleared. */
function flushCollapsed(k: Builder, env: Environment): void {
  const { flushCollapsed: special = (one) => flushRange(one, { freed: true }) } = env.arch;
  k.include(special(env), { mm: "mm", pages: mappedPages(env) });
}

/** Base pages of a huge page: 512, or 32 of 64 KiB. */
function mappedPages({ cpu }: Environment): number {
  return cpu.kind === "powerpc" ? TABLE_BYTES / cpu.pageBytes : PAGES_PER_TABLE;
}
