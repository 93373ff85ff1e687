import { checkKeys } from "../base/check.ts";
import { mprotect as mprotectPath } from "../mm/mprotect.ts";
import { PAGE_BYTES } from "../mm/pageTables.ts";
import { planCalls } from "./calls.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import type { ProcessOptions } from "./process.ts";
import { completeProcess, PROCESS_KEYS } from "./process.ts";
import type { RangeOptions } from "./ranges.ts";
import { completeRanges, RANGE_KEYS } from "./ranges.ts";
import { Workload } from "./workload.ts";

/** Options of {@link mprotect}. */
export interface MprotectWorkloadOptions extends RangeOptions, ProcessOptions {}

const KEYS = [...RANGE_KEYS, ...PROCESS_KEYS];

/** The rights of ranges change, one call after the other; each call flushes once. */
export function mprotect(options: MprotectWorkloadOptions): Workload {
  checkKeys("workload.mprotect", options, KEYS);
  return new Workload("mprotect", { ...completeRanges(options), ...completeProcess(options) });
}

/** Tasks of the workload on a machine. */
export function planMprotect(workload: Workload, context: PlanContext): WorkloadPlan {
  const bytes = workload.number("bytes");
  const args = {
    pages: Math.ceil(bytes / workload.number("strideBytes")),
    range: Math.ceil(bytes / PAGE_BYTES),
  };
  return planCalls(workload, context, {
    groups: [{ path: mprotectPath(context.env), args, count: workload.number("calls") }],
    source: "mm/mprotect.c do_mprotect_pkey()",
    everyNs: workload.number("everyNs"),
  });
}
