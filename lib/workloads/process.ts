/** The process that a workload runs in: its threads, where they run, what their CPUs do. */
import { checkInteger, checkOneOf } from "../base/check.ts";
import { mmUsers } from "../mm/archVariables.ts";
import { switchToIdle, switchToUser } from "../mm/contextSwitch.ts";
import type { Environment } from "../mm/environment.ts";
import { of, program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Task } from "../steps/task.ts";
import type { PlanContext } from "./plan.ts";

/**
 * What the threads beside the first one do, one a CPU:
 * - `sleep`: they ran and sleep now; their CPUs idle and borrow the address space (lazy),
 * - `spin`: they run user code all the time,
 * - `stale`: they ran, and a thread of another process runs there now,
 * - `idle`: they have not run yet; their CPUs know nothing of the address space.
 */
export const SIBLINGS = ["sleep", "spin", "stale", "idle"] as const;

/** What the other threads do; see {@link SIBLINGS}. */
export type Siblings = (typeof SIBLINGS)[number];

/** Options that every workload of one process shares. */
export interface ProcessOptions {
  /** Threads, the one that works included. Default 1. */
  threads?: number;
  /** What the other threads do. Default `sleep`. */
  siblings?: Siblings;
  /** CPUs that the first thread visited before, and that idle now. Default 0. */
  visitedCpus?: number;
  /** Age of the address space when the measured window opens, ns. Default 350 ms, as in the lab. */
  settleNs?: number;
}

/** Keys of {@link ProcessOptions}. */
export const PROCESS_KEYS = ["threads", "siblings", "visitedCpus", "settleNs"] as const;

/** The lab's pause between starting the threads and the first snapshot: 300 + 50 ms. */
const SETTLE_NS = 350_000_000;

/** The options with their defaults, checked. */
export function completeProcess(options: ProcessOptions): Required<ProcessOptions> {
  const { threads = 1, siblings = "sleep", visitedCpus = 0, settleNs = SETTLE_NS } = options;
  return {
    threads: checkInteger("threads", threads, 1, 4096),
    siblings: checkOneOf("siblings", siblings, SIBLINGS),
    visitedCpus: checkInteger("visitedCpus", visitedCpus, 0, 4095),
    settleNs: checkInteger("settleNs", settleNs, 0, 1e15),
  };
}

/** How many CPUs the process occupies. */
export function processCpus(process: Required<ProcessOptions>): number {
  return process.threads + process.visitedCpus;
}

/** What brings the process about, and the CPUs that stay busy with its threads. */
export interface ProcessPlan {
  readonly setup: readonly Task[];
  readonly busyCpus: readonly number[];
}

/** The set-up of a process whose first thread runs on the workload's first CPU. */
export function planProcess(process: Required<ProcessOptions>, context: PlanContext): ProcessPlan {
  const { env, firstCpu, firstMm } = context;
  const runs = runsHere(env);
  const slept = ranAndSleeps(env);
  const replaced = ranAndWasReplaced(env);
  const args = { mm: firstMm, other: firstMm + 1, users: 1 };
  const setup: Task[] = [{ cpu: firstCpu, program: runs, args }];
  const busyCpus: number[] = [];
  for (let i = 1; i < processCpus(process); i++) {
    const cpu = firstCpu + i;
    const kind = i < process.threads ? process.siblings : "sleep";
    if (kind === "idle") continue;
    const programs = { spin: runs, sleep: slept, stale: replaced };
    const users = i < process.threads ? 1 : 0;
    setup.push({ cpu, program: programs[kind], args: { ...args, users } });
    if (kind !== "sleep") busyCpus.push(cpu);
  }
  return { setup, busyCpus };
}

const source = "kernel/sched/core.c context_switch()";
/** `users`: 1 for a thread of the process, 0 where its first thread only passed by. */
const params = ["mm", "other", "users"];

function runsHere(env: Environment): Program {
  return program("thread_starts", { params, source }, (k) => {
    k.add(of(mmUsers, "mm"), "users", undefined, "relaxed");
    k.include(switchToUser(env), { next: "mm" });
  });
}

function ranAndSleeps(env: Environment): Program {
  return program("thread_runs_and_sleeps", { params, source }, (k) => {
    k.add(of(mmUsers, "mm"), "users", undefined, "relaxed");
    k.include(switchToUser(env), { next: "mm" });
    k.include(switchToIdle(env));
  });
}

function ranAndWasReplaced(env: Environment): Program {
  return program("thread_is_replaced", { params, source }, (k) => {
    k.add(of(mmUsers, "mm"), "users", undefined, "relaxed");
    k.include(switchToUser(env), { next: "mm" });
    k.include(switchToUser(env), { next: "other" });
  });
}
