/** MADV_DONTNEED: pages go, the mapping stays (mm/madvise.c, mm/memory.c, mm/pt_reclaim.c). */
import type { Builder } from "../steps/builder.ts";
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import { flushRange } from "./environment.ts";
import { runHook } from "./hooks.ts";
import { flushRest } from "./munmap.ts";
import { RCU_TABLE_BATCH } from "./release.ts";

/**
 * Parameters: `mm`, `tables` (PTE tables that lie in the range as a whole) with `per_table` present
 * pages each, `tail` (present pages behind the last of them) and `range` (pages from the first to
 * the last address).
 *
 * One flush at the end (F0), and one whenever the page batch is full. With PT_RECLAIM a table that
 * was emptied as a whole is freed with its pages, so that from then on every flush is one for freed
 * tables (F+), and one more is due whenever the table batch is full.
 */
export function dontneed(env: Environment): Program {
  const params = ["mm", "tables", "per_table", "tail", "range"];
  const source = "mm/madvise.c madvise_dontneed_single_vma(), mm/memory.c zap_pte_range()";
  return program("madvise_dontneed", { params, source }, (k) => {
    k.begin("madvise");
    k.work("syscall");
    k.work("vmaOp");
    for (const register of ["used", "freed", "tables_used", "pending"]) k.set(register, 0);
    k.set("tables_left", "tables");
    k.while("tables_left", ">", 0, () => {
      k.set("left", "per_table");
      zapInTable(k, env);
      if (env.features.ptReclaim) freeEmptyTable(k, env);
      k.compute("tables_left", "tables_left", "-", 1);
    });
    k.set("left", "tail");
    zapInTable(k, env);
    flushRest(k, env);
    k.end("madvise");
    k.tally("operations");
  });
}

/** `zap_pte_range()` for register `left` pages; the lock is taken anew after a forced flush. */
function zapInTable(k: Builder, env: Environment): void {
  const { pageBatch } = env.features;
  k.while("left", ">", 0, () => {
    runHook(k, env, "checkPending", { mm: "mm" });
    k.compute("room", pageBatch, "-", "used");
    k.compute("n", "left", "min", "room");
    k.work("zapPage", "n");
    k.compute("used", "used", "+", "n");
    k.compute("left", "left", "-", "n");
    k.set("pending", 1);
    k.if("used", "==", pageBatch, () => flushBatch(k, env));
  });
}

/** `try_get_and_clear_pmd()`, `free_pte()`: the lock is held, nobody can fill the table again. */
function freeEmptyTable(k: Builder, env: Environment): void {
  k.work("freeTable");
  k.compute("tables_used", "tables_used", "+", 1);
  k.set("freed", 1);
  k.set("pending", 1);
  k.if("tables_used", "==", RCU_TABLE_BATCH, () => {
    k.include(flushRange(env, { freed: true }), { mm: "mm", pages: "range" });
    for (const register of ["freed", "tables_used", "pending"]) k.set(register, 0);
  });
}

/** `tlb_flush_mmu()`: tables that were freed meanwhile go with the pages. */
function flushBatch(k: Builder, env: Environment): void {
  const kept = (): void => {
    k.include(flushRange(env, { freed: false }), { mm: "mm", pages: "used" });
  };
  if (!env.features.ptReclaim) kept();
  else {
    const freed = (): void => {
      k.include(flushRange(env, { freed: true }), { mm: "mm", pages: "used" });
    };
    k.if("freed", "==", 1, freed, kept);
  }
  for (const register of ["used", "freed", "tables_used", "pending"]) k.set(register, 0);
}
