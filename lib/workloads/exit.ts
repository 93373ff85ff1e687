import { checkInteger, checkKeys, checkOneOf } from "../base/check.ts";
import { tooLarge } from "../base/messages.ts";
import { MiB } from "../base/units.ts";
import { switchToUser } from "../mm/contextSwitch.ts";
import type { Environment } from "../mm/environment.ts";
import { exitMm } from "../mm/exitMmap.ts";
import { freedTables, PAGE_BYTES, USER_BYTES } from "../mm/pageTables.ts";
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Task } from "../steps/task.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import type { ProcessOptions } from "./process.ts";
import { completeProcess, PROCESS_KEYS, planProcess, processCpus } from "./process.ts";
import { Workload } from "./workload.ts";

/** Options of {@link exit}. */
export interface ExitOptions extends ProcessOptions {
  /** Memory of the process, every page present, bytes. Default 4 MiB, as in the lab. */
  bytes?: number;
  /**
   * `exit`: the first thread calls exit_group(). `kill`: another process on the first CPU sends
   * SIGKILL. Default `exit`.
   */
  how?: "exit" | "kill";
}

const KEYS = ["bytes", "how", ...PROCESS_KEYS];

/**
 * A process ends (kernel/exit.c). Every other thread is woken, or kicked where it runs, and leaves
 * the address space by itself; the last one tears it down, and wakes the parent, which waits on the
 * first CPU. Siblings that have not run (`idle`) are left out.
 */
export function exit(options: ExitOptions = {}): Workload {
  checkKeys("workload.exit", options, KEYS);
  const { bytes = MiB(4), how = "exit" } = options;
  return new Workload("exit", {
    bytes: checkInteger("bytes", bytes, PAGE_BYTES, USER_BYTES),
    how: checkOneOf("how", how, ["exit", "kill"]),
    ...completeProcess(options),
  });
}

/** Tasks of the workload on a machine. */
export function planExit(workload: Workload, context: PlanContext): WorkloadPlan {
  const process = completeProcess(workload.options as ProcessOptions);
  const cpus = processCpus(process);
  if (cpus > context.availableCpus) {
    throw tooLarge("exit", `${cpus} CPUs`, `at most ${context.availableCpus} CPUs`);
  }
  const { env, firstCpu, firstMm } = context;
  const { setup, busyCpus } = planProcess(process, context);
  const isKilled = workload.text("how") === "kill";
  const killer = { cpu: firstCpu, program: otherProcess(env), args: { other: firstMm + 1 } };
  const others = process.siblings === "idle" ? 0 : process.threads - 1;
  const siblings = Array.from({ length: others }, (_, i) => firstCpu + 1 + i);
  const bytes = workload.number("bytes");
  const args = {
    mm: firstMm,
    parent: firstMm + 1,
    pages: Math.ceil(bytes / PAGE_BYTES),
    tables: freedTables({ start: 0, bytes, strideBytes: PAGE_BYTES }, []).total,
  };
  const end = isKilled ? killedBy(env, siblings) : exitGroup(env, siblings);
  const waits = process.siblings === "spin" ? "runs" : "sleeps";
  const dies = dyingThread(env, waits, firstCpu);
  const operation: Task[] = [{ cpu: firstCpu, program: end, args }];
  for (const cpu of siblings) operation.push({ cpu, program: dies, args });
  return {
    cpus,
    mms: 2,
    tables: 0,
    setup: isKilled ? [setup, [killer]] : [setup],
    operation,
    background: [],
    busyCpus: process.siblings === "stale" ? busyCpus : [],
    startNs: process.settleNs,
  };
}

const params = ["mm", "parent", "pages", "tables"];
const toExit = { mm: "mm", pages: "pages", tables: "tables" } as const;
const whoIsLeft = { results: { users: "users" } } as const;

function otherProcess(env: Environment): Program {
  const source = "kernel/sched/core.c context_switch()";
  return program("killer_runs", { params: ["other"], source }, (k) => {
    k.include(switchToUser(env), { next: "other" });
  });
}

/** The first thread calls `exit_group()`; where it is not the last, the parent sleeps a while. */
function exitGroup(env: Environment, siblings: readonly number[]): Program {
  return program("exit_group", { params, source: "kernel/exit.c do_group_exit()" }, (k) => {
    k.begin("exit");
    k.work("syscall");
    for (const cpu of siblings) k.wake(cpu);
    k.include(lastSteps(env), { ...toExit, parent: "parent" });
  });
}

/** The parent signals every thread of the group, and sleeps; then the first thread dies. */
function killedBy(env: Environment, siblings: readonly number[]): Program {
  return program("kill", { params, source: "kernel/signal.c complete_signal()" }, (k) => {
    k.begin("exit");
    k.work("syscall");
    for (const cpu of siblings) k.wake(cpu);
    k.include(switchToUser(env), { next: "mm" });
    k.include(lastSteps(env), { ...toExit, parent: "parent" });
  });
}

/** The first thread leaves, and the parent on its CPU waits until the whole group is dead. */
function lastSteps(env: Environment): Program {
  return program("do_exit", { params, source: "kernel/exit.c do_exit(), do_wait()" }, (k) => {
    k.include(exitMm(env), toExit, whoIsLeft);
    k.work("taskSwitch");
    k.if("users", "!=", 0, () => k.sleep());
    k.include(switchToUser(env), { next: "parent" });
    k.end("exit");
    k.tally("operations");
  });
}

/** Another thread: it is woken or kicked by the signal, and dies; the last one tells the parent. */
function dyingThread(env: Environment, waits: "runs" | "sleeps", parentCpu: number): Program {
  const source = "kernel/signal.c get_signal(), kernel/exit.c do_exit(), do_notify_parent()";
  return program("thread_dies", { params, source }, (k) => {
    if (waits === "runs") k.runUser();
    else {
      k.sleep();
      k.include(switchToUser(env), { next: "mm" });
    }
    k.work("syscall");
    k.include(exitMm(env), toExit, whoIsLeft);
    k.work("taskSwitch");
    k.if("users", "==", 0, () => k.wake(parentCpu));
  });
}
