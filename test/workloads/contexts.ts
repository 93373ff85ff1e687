/** Where workloads are planned in tests. */
import { FIRST_USER_MM } from "../../lib/mm/variables.ts";
import type { Task } from "../../lib/steps/task.ts";
import type { PlanContext, WorkloadPlan } from "../../lib/workloads/plan.ts";
import { planWorkload } from "../../lib/workloads/registry.ts";
import type { Workload } from "../../lib/workloads/workload.ts";
import { environment } from "../mm/environments.ts";

/** A context at the start of a machine of 16 CPUs, with some things changed. */
export function contextOf(change: Partial<PlanContext> = {}): PlanContext {
  return {
    env: environment(),
    availableCpus: 16,
    firstCpu: 0,
    firstMm: FIRST_USER_MM,
    firstTable: 0,
    sharedMm: undefined,
    sharedTables: undefined,
    hugePages: true,
    isolated: [],
    ...change,
  };
}

/** The plan of a workload in such a context. */
export function planOf(workload: Workload, change: Partial<PlanContext> = {}): WorkloadPlan {
  return planWorkload(workload, contextOf(change));
}

/** `3 thread_starts` for each task: CPU and program. */
export function namesOf(tasks: readonly Task[]): string[] {
  return tasks.map(({ cpu, program }) => `${cpu} ${program.name}`);
}

/** CPUs of all tasks of a plan, in order, each once. */
export function cpusOf(plan: WorkloadPlan): number[] {
  const tasks = [...plan.setup.flat(), ...plan.operation, ...plan.background];
  return [...new Set(tasks.map(({ cpu }) => cpu))].sort((a, b) => a - b);
}
