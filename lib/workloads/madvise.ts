import { checkKeys } from "../base/check.ts";
import type { Environment } from "../mm/environment.ts";
import { madviseCold as coldPath, madviseFree as freePath } from "../mm/madvise.ts";
import { PAGE_BYTES } from "../mm/pageTables.ts";
import type { Program } from "../steps/instructions.ts";
import { planCalls } from "./calls.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import type { ProcessOptions } from "./process.ts";
import { completeProcess, PROCESS_KEYS } from "./process.ts";
import type { RangeOptions } from "./ranges.ts";
import { completeRanges, RANGE_KEYS } from "./ranges.ts";
import { Workload } from "./workload.ts";

/** Options of {@link madviseFree} and {@link madviseCold}. */
export interface MadviseOptions extends RangeOptions, ProcessOptions {}

const KEYS = [...RANGE_KEYS, ...PROCESS_KEYS];

/** MADV_FREE of ranges that were written to, one call after the other; each flushes once. */
export function madviseFree(options: MadviseOptions): Workload {
  return madvise("madviseFree", options);
}

/** MADV_COLD of ranges that were accessed, one call after the other; each flushes once. */
export function madviseCold(options: MadviseOptions): Workload {
  return madvise("madviseCold", options);
}

function madvise(type: string, options: MadviseOptions): Workload {
  checkKeys(`workload.${type}`, options, KEYS);
  return new Workload(type, { ...completeRanges(options), ...completeProcess(options) });
}

const PATHS: Readonly<Record<string, (env: Environment) => Program>> = {
  madviseFree: freePath,
  madviseCold: coldPath,
};

/** Tasks of either workload on a machine. */
export function planMadvise(workload: Workload, context: PlanContext): WorkloadPlan {
  const bytes = workload.number("bytes");
  const args = {
    pages: Math.ceil(bytes / workload.number("strideBytes")),
    range: Math.ceil(bytes / PAGE_BYTES),
  };
  const path = PATHS[workload.type]!(context.env);
  return planCalls(workload, context, {
    groups: [{ path, args, count: workload.number("calls") }],
    source: "mm/madvise.c do_madvise()",
    everyNs: workload.number("everyNs"),
  });
}
