import { checkInteger, checkKeys } from "../base/check.ts";
import { tooLarge } from "../base/messages.ts";
import { membarrierPrivateExpedited } from "../mm/membarrier.ts";
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import type { ProcessOptions } from "./process.ts";
import { completeProcess, PROCESS_KEYS, planProcess, processCpus } from "./process.ts";
import { Workload } from "./workload.ts";

/** Options of {@link membarrier}. */
export interface MembarrierOptions extends ProcessOptions {
  /** Calls. Default 1. */
  calls?: number;
}

const KEYS = ["calls", ...PROCESS_KEYS];

/**
 * The first thread calls membarrier (private expedited): each call interrupts the CPUs that run the
 * process, and nobody else. CAL = running siblings × calls on every kernel: a calibration.
 */
export function membarrier(options: MembarrierOptions = {}): Workload {
  checkKeys("workload.membarrier", options, KEYS);
  const { calls = 1 } = options;
  return new Workload("membarrier", {
    calls: checkInteger("calls", calls, 1, 1e6),
    ...completeProcess(options),
  });
}

/** Tasks of the workload on a machine. */
export function planMembarrier(workload: Workload, context: PlanContext): WorkloadPlan {
  const process = completeProcess(workload.options as ProcessOptions);
  const cpus = processCpus(process);
  if (cpus > context.availableCpus) {
    throw tooLarge("membarrier", `${cpus} CPUs`, `at most ${context.availableCpus} CPUs`);
  }
  const { firstCpu, firstMm } = context;
  const { setup, busyCpus } = planProcess(process, context);
  const args = { mm: firstMm, calls: workload.number("calls") };
  return {
    cpus,
    mms: 2,
    tables: 0,
    setup: [setup],
    operation: [{ cpu: firstCpu, program: callByCall, args }],
    background: [],
    busyCpus,
    startNs: process.settleNs,
  };
}

const callByCall: Program = program(
  "membarrier_calls",
  { params: ["mm", "calls"], source: "kernel/sched/membarrier.c" },
  (k) => {
    k.while("calls", ">", 0, () => {
      k.include(membarrierPrivateExpedited, { mm: "mm" });
      k.compute("calls", "calls", "-", 1);
    });
  },
);
