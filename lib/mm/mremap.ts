/** `mremap` to another address: entries move piece by piece (mm/mremap.c). */
import type { Builder } from "../steps/builder.ts";
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import { flushRange } from "./environment.ts";
import { runHook } from "./hooks.ts";
import type { MovedExtents } from "./movedExtents.ts";
import { flushRest, freeTables } from "./munmap.ts";
import { PAGES_PER_TABLE } from "./pageTables.ts";

/** Strides of a whole PMD table: more than is flushed one by one. */
const UPPER_PAGES: number = PAGES_PER_TABLE * PAGES_PER_TABLE;

/**
 * Parameters: `mm`, `tables` (page tables of all levels that stay empty at the old place and go)
 * and `range` (pages from the first to the last address, −1: more than is flushed one by one).
 *
 * Each piece takes one `flush_tlb_range` (F+) under the page-table locks, whether a table or its
 * pages move. Then the old range is unmapped: nothing is left in it, so that only tables that go
 * are flushed for.
 */
export function mremap(env: Environment, extents: MovedExtents): Program {
  const params = ["mm", "tables", "range"];
  const source = "mm/mremap.c move_page_tables(), move_ptes(), move_normal_pmd()";
  return program("mremap", { params, source }, (k) => {
    k.begin("mremap");
    k.work("syscall");
    k.work("vmaOp");
    moveTables(k, env, { count: extents.upperTables, pages: UPPER_PAGES });
    moveTables(k, env, { count: extents.tables, pages: PAGES_PER_TABLE });
    for (const { pages, present, count } of extents.pieces) {
      repeat(k, count, () => {
        runHook(k, env, "checkPending", { mm: "mm" });
        k.work("protectPage", present);
        k.include(flushRange(env, { freed: true }), { mm: "mm", pages });
      });
    }
    for (const register of ["used", "pending", "freed"]) k.set(register, 0);
    freeTables(k, env, { dirtyShared: false, pagesPerTable: PAGES_PER_TABLE });
    flushRest(k, env);
    k.end("mremap");
    k.tally("operations");
  });
}

/** One upper-level entry each is taken from the old place and set at the new one. */
function moveTables(k: Builder, env: Environment, moved: { count: number; pages: number }): void {
  const { count, pages } = moved;
  repeat(k, count, () => {
    k.work("ptClear");
    k.include(flushRange(env, { freed: true }), { mm: "mm", pages });
  });
}

function repeat(k: Builder, count: number, body: () => void): void {
  if (count === 0) return;
  k.set("pieces_left", count);
  k.while("pieces_left", ">", 0, () => {
    body();
    k.compute("pieces_left", "pieces_left", "-", 1);
  });
}
