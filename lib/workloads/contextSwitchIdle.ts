import { checkInteger, checkKeys } from "../base/check.ts";
import { tooLarge } from "../base/messages.ts";
import { mmUsers } from "../mm/archVariables.ts";
import { switchToIdle, switchToUser } from "../mm/contextSwitch.ts";
import type { Environment } from "../mm/environment.ts";
import type { Builder } from "../steps/builder.ts";
import { of, program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Task } from "../steps/task.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import { Workload } from "./workload.ts";

/** Options of {@link contextSwitchIdle}. */
export interface ContextSwitchIdleOptions {
  /** Threads of one process, one a CPU. */
  threads: number;
  /** Trips into idle and back, of each thread. Default 100. */
  trips?: number;
  /** Mean user time before each trip, ns, exponentially distributed. Default 0. */
  runNs?: number;
  /** Mean idle time of each trip, ns, exponentially distributed. Default 0. */
  idleNs?: number;
}

/**
 * Threads go to sleep and come back, each on a CPU of its own and woken by nobody in particular:
 * every trip is two context switches, one that borrows the address space and one that gives it
 * back. Without times in between this is the rate that borrowing allows. One operation a trip.
 */
export function contextSwitchIdle(options: ContextSwitchIdleOptions): Workload {
  checkKeys("workload.contextSwitchIdle", options, ["threads", "trips", "runNs", "idleNs"]);
  const { threads, trips = 100, runNs = 0, idleNs = 0 } = options;
  return new Workload("contextSwitchIdle", {
    threads: checkInteger("threads", threads, 1, 4096),
    trips: checkInteger("trips", trips, 1, 1e9),
    runNs: checkInteger("runNs", runNs, 0, 1e12),
    idleNs: checkInteger("idleNs", idleNs, 0, 1e12),
  });
}

/** Tasks of the workload on a machine. */
export function planContextSwitchIdle(workload: Workload, context: PlanContext): WorkloadPlan {
  const { env, availableCpus, firstCpu, firstMm } = context;
  const cpus = workload.number("threads");
  if (cpus > availableCpus) {
    throw tooLarge("contextSwitchIdle", `${cpus} CPUs`, `at most ${availableCpus} CPUs`);
  }
  const args = { mm: firstMm, trips: workload.number("trips") };
  const onEach = (one: Program): Task[] =>
    Array.from({ length: cpus }, (_, i) => ({ cpu: firstCpu + i, program: one, args }));
  return {
    cpus,
    mms: 1,
    tables: 0,
    setup: [onEach(threadStarts(env))],
    operation: onEach(tripByTrip(env, workload.number("runNs"), workload.number("idleNs"))),
    background: [],
    busyCpus: [],
    startNs: 0,
  };
}

const source = "kernel/sched/core.c context_switch()";

/** A thread of the process comes to its CPU: parameter `mm`. */
export function threadStarts(env: Environment): Program {
  return program("thread_starts", { params: ["mm"], source }, (k) => {
    k.add(of(mmUsers, "mm"), 1, undefined, "relaxed");
    k.include(switchToUser(env), { next: "mm" });
  });
}

function tripByTrip(env: Environment, runNs: number, idleNs: number): Program {
  return program("switch_to_idle_and_back", { params: ["mm", "trips"], source }, (k) => {
    k.while("trips", ">", 0, () => {
      passTime(k, runNs);
      k.include(switchToIdle(env));
      passTime(k, idleNs);
      k.include(switchToUser(env), { next: "mm" });
      k.tally("operations");
      k.compute("trips", "trips", "-", 1);
    });
  });
}

function passTime(k: Builder, meanNs: number): void {
  if (meanNs > 0) k.pause({ kind: "exponential", meanNs });
}
