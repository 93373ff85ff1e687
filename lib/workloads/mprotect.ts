import { checkInteger, checkKeys } from "../base/check.ts";
import { tooLarge } from "../base/messages.ts";
import { GiB } from "../base/units.ts";
import { mprotect as mprotectPath } from "../mm/mprotect.ts";
import { PAGE_BYTES, USER_BYTES } from "../mm/pageTables.ts";
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import type { ProcessOptions } from "./process.ts";
import { completeProcess, PROCESS_KEYS, planProcess, processCpus } from "./process.ts";
import { Workload } from "./workload.ts";

/** Options of {@link mprotect}. */
export interface MprotectWorkloadOptions extends ProcessOptions {
  /** Size of each range, bytes. */
  bytes: number;
  /** Calls. Default 1. */
  calls?: number;
  /** Distance of the present pages within a range, bytes. Default 4096: every page. */
  strideBytes?: number;
  /** ns between the calls. Default 0. */
  everyNs?: number;
}

const KEYS = ["bytes", "calls", "strideBytes", "everyNs", ...PROCESS_KEYS];

/** The rights of ranges change, one call after the other; each call flushes once. */
export function mprotect(options: MprotectWorkloadOptions): Workload {
  checkKeys("workload.mprotect", options, KEYS);
  const { bytes, calls = 1, strideBytes = PAGE_BYTES, everyNs = 0 } = options;
  return new Workload("mprotect", {
    bytes: checkInteger("bytes", bytes, PAGE_BYTES, USER_BYTES),
    calls: checkInteger("calls", calls, 1, 1e6),
    strideBytes: checkInteger("strideBytes", strideBytes, PAGE_BYTES, GiB(1)),
    everyNs: checkInteger("everyNs", everyNs, 0, 1e12),
    ...completeProcess(options),
  });
}

/** Tasks of the workload on a machine. */
export function planMprotect(workload: Workload, context: PlanContext): WorkloadPlan {
  const process = completeProcess(workload.options as ProcessOptions);
  const cpus = processCpus(process);
  if (cpus > context.availableCpus) {
    throw tooLarge("mprotect", `${cpus} CPUs`, `at most ${context.availableCpus} CPUs`);
  }
  const { env, firstCpu, firstMm } = context;
  const { setup, busyCpus } = planProcess(process, context);
  const bytes = workload.number("bytes");
  const args = {
    mm: firstMm,
    calls: workload.number("calls"),
    pages: Math.ceil(bytes / workload.number("strideBytes")),
    range: Math.ceil(bytes / PAGE_BYTES),
  };
  const calls = callByCall(mprotectPath(env), workload.number("everyNs"));
  return {
    cpus,
    mms: 2,
    tables: 0,
    setup: [setup],
    operation: [{ cpu: firstCpu, program: calls, args }],
    background: [],
    busyCpus,
    startNs: process.settleNs,
  };
}

function callByCall(one: Program, everyNs: number): Program {
  const params = ["mm", "calls", "pages", "range"];
  return program("mprotect_calls", { params, source: "mm/mprotect.c do_mprotect_pkey()" }, (k) => {
    k.while("calls", ">", 0, () => {
      k.include(one, { mm: "mm", pages: "pages", range: "range" });
      if (everyNs > 0) k.pause({ kind: "fixed", ns: everyNs });
      k.compute("calls", "calls", "-", 1);
    });
  });
}
