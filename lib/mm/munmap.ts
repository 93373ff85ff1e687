/** `munmap`: zapping pages and freeing page tables in batches (mm/mmu_gather.c, mm/memory.c). */
import type { Builder } from "../steps/builder.ts";
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import { flushRange } from "./environment.ts";
import { hasHook, runHook } from "./hooks.ts";
import { removeTablesOneByOne } from "./tableFallback.ts";

/** What one call unmaps. */
export interface MunmapOptions {
  /**
   * Dirty pages of a shared file: each PTE table is flushed before its lock is dropped. The lock is
   * dropped in the middle of a table, too, where another task wants the CPU: parameter `resched`.
   */
  readonly dirtyShared: boolean;
  /** Present pages under one PTE table, 512 in a dense range. */
  readonly pagesPerTable: number;
  /** No page can be had to batch page tables: each is flushed and freed alone. */
  readonly tableBatchFails?: boolean;
  /** `pages` are huge pages, each with a deposited table that goes with it (zap_huge_pmd). */
  readonly huge?: boolean;
  /** `tlb->fullmm`: the whole address space goes (exit_mmap). */
  readonly fullMm?: boolean;
}

/**
 * Parameters: `mm`, `pages` (present, order 0), `tables` (page tables of all levels that go) and
 * `range` (pages from the first to the last address, −1: more than is flushed one by one). With
 * `dirtyShared` also `resched`: pages after which `need_resched()` is true once; more than `pages`:
 * never.
 *
 * A full page batch is flushed under the page-table lock (F0); a full table batch, and the end of
 * the call, with freed tables (F+). Where tables ride in the page batch they fill it together.
 * Whenever the lock is taken, flushes that reclaim still owes come first.
 */
export function munmap(env: Environment, options: MunmapOptions): Program {
  const params = ["mm", "pages", "tables", "range", ...(options.dirtyShared ? ["resched"] : [])];
  const source = "mm/mmu_gather.c, mm/memory.c zap_pte_range(), free_pgtables()";
  return program("munmap", { params, source }, (k) => {
    k.begin("munmap");
    k.work("syscall");
    k.work("vmaOp");
    k.set("used", 0);
    k.set("pending", 0);
    zapPages(k, env, options);
    if (!env.features.mergesVmas) endVma(k, env);
    k.set("freed", 0);
    freeTables(k, env, options);
    flushRest(k, env, options);
    k.end("munmap");
    k.tally("operations");
  });
}

/** Registers `pages`, `used` and `pending`: pages go, and every full batch is flushed. */
export function zapPages(k: Builder, env: Environment, options: MunmapOptions): void {
  const { pageBatch } = env.features;
  k.set("left", "pages");
  k.set("in_table", options.pagesPerTable);
  if (options.dirtyShared) k.set("until_resched", "resched");
  k.while("left", ">", 0, () => {
    runHook(k, env, "checkPending", { mm: "mm" });
    k.compute("room", pageBatch, "-", "used");
    k.compute("n", "left", "min", "room");
    k.compute("n", "n", "min", "in_table");
    if (options.dirtyShared) stopForResched(k);
    k.work("zapPage", "n");
    if (options.huge === true) withdrawTables(k, env);
    k.compute("used", "used", "+", "n");
    k.compute("left", "left", "-", "n");
    k.compute("in_table", "in_table", "-", "n");
    k.set("pending", 1);
    k.if("used", "==", pageBatch, () => flushPages(k, env, options));
    if (options.dirtyShared) leaveDirtyTable(k, env, options);
    else k.if("in_table", "==", 0, () => k.set("in_table", options.pagesPerTable));
  });
}

/** `zap_deposited_table()` of `n` huge pages; powerpc once waited for lookups before each. */
function withdrawTables(k: Builder, env: Environment): void {
  k.work("freeTable", "n");
  if (!hasHook(env, "thpCleared")) return;
  k.set("cleared", "n");
  k.while("cleared", ">", 0, () => {
    runHook(k, env, "thpCleared", { mm: "mm" });
    k.compute("cleared", "cleared", "-", 1);
  });
}

/** `zap_pte_range()` leaves its loop, and then its lock, as soon as another task wants the CPU. */
function stopForResched(k: Builder): void {
  k.if("until_resched", ">", 0, () => k.compute("n", "n", "min", "until_resched"));
  k.compute("until_resched", "until_resched", "-", "n");
}

/** `force_flush`: no writer may keep a dirty translation once the page's lock is dropped. */
function leaveDirtyTable(k: Builder, env: Environment, options: MunmapOptions): void {
  k.set("leaves_table", 0);
  k.if("in_table", "==", 0, () => k.set("leaves_table", 1));
  k.if("left", "==", 0, () => k.set("leaves_table", 1));
  k.if("until_resched", "==", 0, () => k.set("leaves_table", 1));
  k.if("leaves_table", "==", 1, () => {
    k.if("in_table", "==", 0, () => k.set("in_table", options.pagesPerTable));
    k.if("pending", "==", 1, () => flushPages(k, env, options));
  });
}

/** `tlb_end_vma()` without MMU_GATHER_MERGE_VMAS: the pages of a VMA are flushed with its end. */
function endVma(k: Builder, env: Environment): void {
  k.if("pending", "==", 1, () => {
    k.include(flushRange(env, { freed: false }), { mm: "mm", pages: "range" });
    k.set("pending", 0);
  });
}

/** Registers `tables`, `used`, `freed` and `pending`: tables go, full batches are flushed. */
export function freeTables(k: Builder, env: Environment, options: MunmapOptions): void {
  const { pageBatch, tableBatch } = env.features;
  const filled = tableBatch === null ? "used" : "tables_used";
  const capacity = tableBatch ?? pageBatch;
  if (tableBatch !== null) k.set("tables_used", 0);
  k.set("tables_left", "tables");
  if (options.tableBatchFails === true && tableBatch !== null) {
    removeTablesOneByOne(k, env);
    return;
  }
  k.while("tables_left", ">", 0, () => {
    k.compute("room", capacity, "-", filled);
    k.compute("n", "tables_left", "min", "room");
    k.work("freeTable", "n");
    k.compute(filled, filled, "+", "n");
    k.compute("tables_left", "tables_left", "-", "n");
    k.set("freed", 1);
    k.set("pending", 1);
    k.if(filled, "==", capacity, () => flushTables(k, env, filled, options));
  });
}

/** `tlb_finish_mmu`: one more flush when anything is pending. */
export function flushRest(k: Builder, env: Environment, { fullMm = false }: Gather = {}): void {
  const flush = (freed: boolean): void =>
    k.include(flushRange(env, { freed, fullMm }), { mm: "mm", pages: "range" });
  k.if("pending", "==", 1, () => {
    k.if(
      "freed",
      "==",
      1,
      () => flush(true),
      () => flush(false),
    );
  });
}

/** What a flush must know of the `mmu_gather` that it is part of. */
type Gather = Pick<MunmapOptions, "fullMm">;

function flushPages(k: Builder, env: Environment, { fullMm = false }: Gather): void {
  const pages = fullMm ? -1 : "used";
  k.include(flushRange(env, { freed: false, fullMm }), { mm: "mm", pages });
  k.set("used", 0);
  k.set("pending", 0);
}

function flushTables(k: Builder, env: Environment, filled: string, gather: Gather): void {
  const { fullMm = false } = gather;
  k.include(flushRange(env, { freed: true, fullMm }), { mm: "mm", pages: "range" });
  k.set(filled, 0);
  k.set("freed", 0);
  k.set("pending", 0);
}
