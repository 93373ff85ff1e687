import { checkInteger, checkKeys } from "../base/check.ts";
import { tooLarge } from "../base/messages.ts";
import { program } from "../steps/builder.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import type { ProcessOptions } from "./process.ts";
import { completeProcess, PROCESS_KEYS, planProcess, processCpus } from "./process.ts";
import { Workload } from "./workload.ts";

/** Options of {@link idle}. */
export interface IdleOptions extends ProcessOptions {
  /** How long, ns. Default 500 ms. */
  forNs?: number;
}

const KEYS = ["forNs", ...PROCESS_KEYS];
const DEFAULT_NS = 500_000_000;

/** Nothing happens for a while: a process exists, and the first thread waits. */
export function idle(options: IdleOptions = {}): Workload {
  checkKeys("workload.idle", options, KEYS);
  const { forNs = DEFAULT_NS } = options;
  return new Workload("idle", {
    forNs: checkInteger("forNs", forNs, 1, 1e15),
    ...completeProcess(options),
  });
}

/** Tasks of the workload on a machine. */
export function planIdle(workload: Workload, context: PlanContext): WorkloadPlan {
  const process = completeProcess(workload.options as ProcessOptions);
  const cpus = processCpus(process);
  if (cpus > context.availableCpus) {
    throw tooLarge("idle", `${cpus} CPUs`, `at most ${context.availableCpus} CPUs`);
  }
  const { setup, busyCpus } = planProcess(process, context);
  const ns = workload.number("forNs");
  const waiting = program("nanosleep", { source: "kernel/time/hrtimer.c" }, (k) =>
    k.pause({ kind: "fixed", ns }),
  );
  return {
    cpus,
    mms: 2,
    tables: 0,
    setup: [setup],
    operation: [{ cpu: context.firstCpu, program: waiting, args: {} }],
    background: [],
    busyCpus,
    startNs: process.settleNs,
  };
}
