/** Reclaim: pages of a list are unmapped, flushed, written if need be, and freed (mm/vmscan.c). */
import type { Builder } from "../steps/builder.ts";
import { program } from "../steps/builder.ts";
import type { Operand, Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import { flushRange } from "./environment.ts";
import { runHook } from "./hooks.ts";
import { PAGES_PER_TABLE } from "./pageTables.ts";
import { tryToUnmap } from "./unmap.ts";

/**
 * What kind of pages are reclaimed:
 * - `dirty`: anonymous, written by the process; the entry is dirty, so that it is flushed before
 *   the page is written to swap,
 * - `clean`: anonymous, swapped in and only read since; the page may be written again, but no
 *   translation of it is dirty,
 * - `file`: of a file and clean; dropped,
 * - `dirtyFile`: of a file and dirty; unmapped, and left to writeback.
 */
export const RECLAIMED = ["dirty", "clean", "file", "dirtyFile"] as const;

/** One kind of {@link RECLAIMED}. */
export type Reclaimed = (typeof RECLAIMED)[number];

/** What one call of {@link shrinkFolioList} is given. */
export interface FolioList {
  readonly memory: Reclaimed;
  /** How many pages, order 0. */
  readonly pages: Operand;
  /** Sets register `mm` to the address space of the next page; absent where all are of one. */
  readonly nextOwner?: () => void;
}

/**
 * `shrink_folio_list()` for pages of register `mm`. Dirty anonymous pages are flushed one by one
 * (`try_to_unmap_flush_dirty` before each write). All others share a flush: one a call until 6.8,
 * then one for every full batch of folios to free, and one for the rest.
 */
export function shrinkFolioList(k: Builder, env: Environment, list: FolioList): void {
  const { memory } = list;
  const { reclaimBatch } = env.features;
  const isFreed = memory !== "dirtyFile";
  const flush = (): void => runHook(k, env, "flushBatch", { mm: "mm" });
  k.set("folios", list.pages);
  if (reclaimBatch !== null) k.set("to_free", 0);
  k.while("folios", ">", 0, () => {
    list.nextOwner?.();
    k.include(tryToUnmap(env), { mm: "mm" });
    if (memory === "dirty") flush();
    if (memory === "dirty" || memory === "clean") k.work("swapOutPage");
    if (isFreed) k.work("zapPage");
    k.compute("folios", "folios", "-", 1);
    if (reclaimBatch === null || !isFreed) return;
    k.compute("to_free", "to_free", "+", 1);
    k.if("to_free", "==", reclaimBatch, () => {
      flush();
      k.set("to_free", 0);
    });
  });
  flush();
}

/** What one MADV_PAGEOUT finds. */
export interface PageoutOptions {
  readonly memory: Reclaimed;
  /** Whether anonymous pages can go anywhere; without, none is unmapped. */
  readonly swap: boolean;
}

/**
 * `madvise(MADV_PAGEOUT)`: parameters `mm`, `pages` and `first`, the number of the first page in
 * its table. Table after table is reclaimed; at each one the pending flush of the one before is
 * found and done again for the whole address space, because only the check itself marks it as
 * flushed. Until 6.8 one more flush ends the call, for the accessed bits that were cleared.
 */
export function madvisePageout(env: Environment, options: PageoutOptions): Program {
  const { memory, swap } = options;
  const params = ["mm", "pages", "first"];
  const source = "mm/madvise.c madvise_cold_or_pageout_pte_range(), mm/vmscan.c reclaim_pages()";
  const canReclaim = swap || memory === "file" || memory === "dirtyFile";
  return program("madvise_pageout", { params, source }, (k) => {
    k.begin("pageout");
    k.work("syscall");
    k.work("vmaOp");
    k.set("left", "pages");
    k.compute("room", PAGES_PER_TABLE, "-", "first");
    k.while("left", ">", 0, () => {
      k.compute("in_table", "left", "min", "room");
      k.set("room", PAGES_PER_TABLE);
      runHook(k, env, "checkPending", { mm: "mm" });
      if (canReclaim) shrinkFolioList(k, env, { memory, pages: "in_table" });
      k.compute("left", "left", "-", "in_table");
    });
    if (env.features.pageoutClearsYoung) {
      k.include(flushRange(env, { freed: false }), { mm: "mm", pages: "pages" });
    }
    k.end("pageout");
    k.tally("operations");
  });
}
