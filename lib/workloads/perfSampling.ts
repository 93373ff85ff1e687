import { checkInteger, checkKeys } from "../base/check.ts";
import { impossible } from "../base/messages.ts";
import type { Constraint } from "../mm/constraint.ts";
import { perfPageSize } from "../mm/perfPageSize.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import { Workload } from "./workload.ts";

/** Options of {@link perfSampling}. */
export interface PerfSamplingOptions {
  /** Samples a second on a CPU that does not idle, 1 … 100,000. Default 4000, as `perf record`. */
  hz?: number;
}

/** Row NMI, and counters whose overflow is one, are those of x86. */
export const PERF_SAMPLING_CONSTRAINTS: readonly Constraint[] = [
  {
    on: "arch",
    oneOf: ["x86"],
    reason: "counters of other architectures raise maskable interrupts",
  },
];

/** `kernel.perf_event_max_sample_rate` at boot. */
const MAX_HZ = 100_000;

/**
 * `perf record --data-page-size`: a cycle counter interrupts the CPUs of the workloads that stand
 * before it in `together`, wherever they are, in walks with interrupts off too, and each sample
 * walks the page tables of whom it interrupts.
 */
export function perfSampling(options: PerfSamplingOptions = {}): Workload {
  checkKeys("workload.perfSampling", options, ["hz"]);
  const { hz = 4000 } = options;
  return new Workload("perfSampling", { hz: checkInteger("hz", hz, 1, MAX_HZ) });
}

/** The counters of the workload on a machine; it has no tasks. */
export function planPerfSampling(workload: Workload, context: PlanContext): WorkloadPlan {
  const { env, firstCpu, sharedMm, sharedTables } = context;
  if (sharedMm === undefined || firstCpu === 0) {
    throw impossible("perfSampling", workload.number("hz"), "no workload stands before it");
  }
  const [table, tables] = sharedTables ?? [0, 0];
  return {
    cpus: 0,
    mms: 0,
    tables: 0,
    setup: [],
    operation: [],
    background: [],
    busyCpus: [],
    startNs: 0,
    nmi: {
      every: { kind: "fixed", ns: Math.floor(1e9 / workload.number("hz")) },
      cpus: Array.from({ length: firstCpu }, (_, cpu) => cpu),
      program: perfPageSize(env),
      args: { mm: sharedMm, table, tables },
    },
  };
}
