import { checkKeys } from "../base/check.ts";
import { formatCpuList, readCpuList } from "../base/cpuText.ts";
import { impossible, invalid, missing, tooLarge } from "../base/messages.ts";
import { switchToUser } from "../mm/contextSwitch.ts";
import { program } from "../steps/builder.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import { Workload } from "./workload.ts";

/** Options of {@link isolatedObserver}. */
export interface IsolatedObserverOptions {
  /** CPUs, by number or as a CPU list such as `48-63`. Default: the machine's isolated CPUs. */
  cpus?: readonly number[] | string;
}

/** No machine has more CPUs. */
const MAX_CPUS = 4096;

/**
 * User code that never enters the kernel, one thread a CPU, all of one process: a real-time loop on
 * isolated CPUs. What interrupts it is recorded, see `run.noise()`. It lasts as long as the other
 * workloads of `together`, on CPUs that they do not use.
 */
export function isolatedObserver(options: IsolatedObserverOptions = {}): Workload {
  checkKeys("workload.isolatedObserver", options, ["cpus"]);
  const { cpus = "" } = options;
  return new Workload("isolatedObserver", { cpus: cpus === "" ? "" : formatCpuList(listOf(cpus)) });
}

function listOf(cpus: readonly number[] | string): number[] {
  const numbers = typeof cpus === "string" ? readCpuList(cpus, MAX_CPUS) : cpus;
  const isList =
    Array.isArray(numbers) &&
    numbers.length > 0 &&
    numbers.every((cpu) => Number.isInteger(cpu) && cpu >= 0 && cpu < MAX_CPUS);
  if (!isList) throw invalid("cpus", cpus, "CPU numbers or a CPU list such as 48-63");
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** Tasks of the workload on a machine. */
export function planIsolatedObserver(workload: Workload, context: PlanContext): WorkloadPlan {
  const { env, firstCpu, firstMm, availableCpus, isolated, sharedMm } = context;
  const text = workload.text("cpus");
  const cpus = text === "" ? isolated : listOf(text);
  if (cpus.length === 0) {
    throw missing("cpus of isolatedObserver", "CPUs to observe: the machine has none isolated");
  }
  if (sharedMm === undefined) {
    throw impossible("isolatedObserver", formatCpuList(cpus), "alone it never ends");
  }
  const last = cpus.at(-1)!;
  const most = firstCpu + availableCpus;
  if (last >= most) throw tooLarge("isolatedObserver", `CPU ${last}`, `at most ${most} CPUs`);
  const source = "kernel/sched/core.c context_switch()";
  const start = program("thread_starts", { params: ["mm"], source }, (k) => {
    k.include(switchToUser(env), { next: "mm" });
  });
  return {
    cpus: 0,
    mms: 1,
    tables: 0,
    setup: [cpus.map((cpu) => ({ cpu, program: start, args: { mm: firstMm } }))],
    operation: [],
    background: [],
    busyCpus: cpus,
    startNs: 0,
    observeNoise: cpus,
  };
}
