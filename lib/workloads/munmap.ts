import { checkBoolean, checkInteger, checkKeys, checkOneOf } from "../base/check.ts";
import { impossible } from "../base/messages.ts";
import { munmap as munmapPath } from "../mm/munmap.ts";
import { freedTables, PAGE_BYTES, presentPages, TABLE_BYTES } from "../mm/pageTables.ts";
import { groupCalls, planCalls } from "./calls.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import type { ProcessOptions } from "./process.ts";
import { completeProcess, PROCESS_KEYS } from "./process.ts";
import type { RangeOptions, SpacingOptions } from "./ranges.ts";
import {
  completeRanges,
  completeSpacing,
  mappedAround,
  pagesPerTable,
  RANGE_KEYS,
  rangesOf,
  SPACING_KEYS,
} from "./ranges.ts";
import { Workload } from "./workload.ts";

/** Options of {@link munmap}. */
export interface MunmapWorkloadOptions extends RangeOptions, SpacingOptions, ProcessOptions {
  /**
   * `shmem`: the pages are shared and dirty. `huge`: anonymous memory in huge pages of 2 MiB; the
   * ranges are whole ones. Default `anonymous`.
   */
  memory?: "anonymous" | "shmem" | "huge";
  /** Wake every sleeping sibling, and let it sleep again, after each call. Default false. */
  wakeSiblings?: boolean;
  /**
   * No page can be allocated to batch page tables: each is flushed and freed alone. No effect where
   * tables ride in the page batch (x86 before 6.14 on bare metal). Default false.
   */
  tableBatchFails?: boolean;
  /**
   * Calls, the first ones, in which another task wants the caller's CPU while half of a table is
   * done (`need_resched()` in mm/memory.c `zap_pte_range()`): the table's lock is dropped there,
   * and dirty shared pages are flushed before. No effect on other memory. Default 0.
   */
  reschedules?: number;
}

const OWN_KEYS = ["memory", "wakeSiblings", "tableBatchFails", "reschedules"] as const;
const KEYS = [...RANGE_KEYS, ...SPACING_KEYS, ...OWN_KEYS, ...PROCESS_KEYS];

/**
 * Ranges are unmapped one call after the other (mm/mmap.c, mm/mmu_gather.c). Throws SD001–SD003 for
 * wrong options, SD005 when the ranges together exceed the address space.
 */
export function munmap(options: MunmapWorkloadOptions): Workload {
  checkKeys("workload.munmap", options, KEYS);
  const { memory = "anonymous", wakeSiblings = false, tableBatchFails = false } = options;
  const { reschedules = 0 } = options;
  const ranges = completeRanges(options);
  if (memory === "huge") checkHuge(options);
  return new Workload("munmap", {
    ...ranges,
    ...completeSpacing("munmap", options, ranges),
    memory: checkOneOf("memory", memory, ["anonymous", "shmem", "huge"]),
    wakeSiblings: checkBoolean("wakeSiblings", wakeSiblings),
    tableBatchFails: checkBoolean("tableBatchFails", tableBatchFails),
    reschedules: checkInteger("reschedules", reschedules, 0, ranges.calls),
    ...completeProcess(options),
  });
}

/** Tasks of the workload on a machine. */
export function planMunmap(workload: Workload, context: PlanContext): WorkloadPlan {
  const path = munmapPath(context.env, {
    dirtyShared: workload.text("memory") === "shmem",
    pagesPerTable: pagesPerTable(workload.number("strideBytes")),
    huge: workload.text("memory") === "huge",
    tableBatchFails: workload.flag("tableBatchFails"),
  });
  const calls = argumentsOf(workload).map((args) => ({ path, args }));
  return planCalls(workload, context, {
    groups: groupCalls(calls),
    source: "mm/mmap.c __vm_munmap()",
    everyNs: workload.number("everyNs"),
    wakesSiblings: workload.flag("wakeSiblings"),
  });
}

/** What each call frees depends on the ranges that are still mapped behind it. */
function argumentsOf(workload: Workload): Record<string, number>[] {
  const ranges = rangesOf(workload);
  return ranges.map((range, i) => {
    const freed = freedTables(range, mappedAround(workload, ranges, i));
    if (workload.text("memory") === "huge") return hugeArguments(range.bytes, freed.upper);
    const span = Math.ceil(range.bytes / PAGE_BYTES);
    const pages = presentPages(range);
    return {
      pages,
      tables: freed.total,
      range: freed.upper > 0 ? -1 : span,
      ...(workload.text("memory") === "shmem" ? { resched: reschedOf(workload, i, pages) } : {}),
    };
  });
}

/** Pages after which another task wants the CPU in call `i`: half of a table, or more than go. */
function reschedOf(workload: Workload, i: number, pages: number): number {
  if (i >= workload.number("reschedules")) return pages + 1;
  const inTable = Math.min(pages, pagesPerTable(workload.number("strideBytes")));
  return Math.ceil(inTable / 2);
}

/** Strides are huge pages; their tables are deposited, so that only those above them are freed. */
function hugeArguments(bytes: number, tables: number): Record<string, number> {
  const pages = bytes / TABLE_BYTES;
  return { pages, tables, range: tables > 0 ? -1 : pages };
}

function checkHuge({ bytes, strideBytes }: MunmapWorkloadOptions): void {
  if (bytes % TABLE_BYTES !== 0) {
    throw impossible("bytes", bytes, "huge pages are whole 2 MiB (a multiple of 2097152)");
  }
  if (strideBytes !== undefined)
    throw impossible("strideBytes", strideBytes, "huge pages are dense");
}
