import { checkKeys } from "../base/check.ts";
import { dontneed as dontneedPath } from "../mm/dontneed.ts";
import type { Range } from "../mm/pageTables.ts";
import { PAGE_BYTES, presentPages, TABLE_BYTES } from "../mm/pageTables.ts";
import { planCalls } from "./calls.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import type { ProcessOptions } from "./process.ts";
import { completeProcess, PROCESS_KEYS } from "./process.ts";
import type { RangeOptions } from "./ranges.ts";
import { completeRanges, pagesPerTable, RANGE_KEYS } from "./ranges.ts";
import { Workload } from "./workload.ts";

/** Options of {@link dontneed}. Each range begins with a page table of its own. */
export interface DontneedOptions extends RangeOptions, ProcessOptions {}

const KEYS = [...RANGE_KEYS, ...PROCESS_KEYS];

/**
 * MADV_DONTNEED of ranges, one call after the other: the pages go, the mapping stays. Kernels with
 * PT_RECLAIM free the page tables that lie in a range as a whole, and flush for freed tables then.
 */
export function dontneed(options: DontneedOptions): Workload {
  checkKeys("workload.dontneed", options, KEYS);
  return new Workload("dontneed", { ...completeRanges(options), ...completeProcess(options) });
}

/** Tasks of the workload on a machine. */
export function planDontneed(workload: Workload, context: PlanContext): WorkloadPlan {
  const [bytes, strideBytes] = [workload.number("bytes"), workload.number("strideBytes")];
  const args = argumentsOf({ start: 0, bytes, strideBytes });
  return planCalls(workload, context, {
    groups: [{ path: dontneedPath(context.env), args, count: workload.number("calls") }],
    source: "mm/madvise.c madvise_dontneed_free()",
    everyNs: workload.number("everyNs"),
  });
}

function argumentsOf(range: Range): Record<"tables" | "per_table" | "tail" | "range", number> {
  const { bytes, strideBytes } = range;
  const whole = Math.floor(bytes / TABLE_BYTES);
  const tables = Math.min(whole, Math.ceil((whole * TABLE_BYTES) / strideBytes));
  const perTable = pagesPerTable(strideBytes);
  return {
    tables,
    per_table: perTable,
    tail: presentPages(range) - tables * perTable,
    range: Math.ceil(bytes / PAGE_BYTES),
  };
}
