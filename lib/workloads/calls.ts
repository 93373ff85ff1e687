/** One kernel path called again and again by the first thread of a process. */
import { tooLarge } from "../base/messages.ts";
import { switchToIdle, switchToUser } from "../mm/contextSwitch.ts";
import type { Builder } from "../steps/builder.ts";
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Task } from "../steps/task.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import type { ProcessOptions } from "./process.ts";
import { completeProcess, planProcess, processCpus } from "./process.ts";
import type { Workload } from "./workload.ts";

/** Calls in a row with equal arguments. */
export interface CallGroup {
  /** The path, with parameter `mm` beside those in `args`. */
  readonly path: Program;
  readonly args: Readonly<Record<string, number>>;
  readonly count: number;
}

/** What the first thread does in the measured window. */
export interface Calls {
  readonly groups: readonly CallGroup[];
  /** Kernel file and function that the program of the calls stands for. */
  readonly source: string;
  /** ns between the calls. Default 0. */
  readonly everyNs?: number;
  /** Sleeping siblings run briefly after each call. Default false. */
  readonly wakesSiblings?: boolean;
}

/** Neighbours in a list that are the same call, as groups. */
export function groupCalls(calls: readonly Omit<CallGroup, "count">[]): CallGroup[] {
  const groups: (CallGroup & { count: number })[] = [];
  for (const call of calls) {
    const last = groups.at(-1);
    if (last?.path === call.path && haveSameValues(last.args, call.args)) last.count++;
    else groups.push({ ...call, count: 1 });
  }
  return groups;
}

function haveSameValues(left: CallGroup["args"], right: CallGroup["args"]): boolean {
  return Object.entries(left).every(([name, value]) => right[name] === value);
}

/** The plan of a workload that is a process and calls. Throws SD005 when CPUs are lacking. */
export function planCalls(workload: Workload, context: PlanContext, calls: Calls): WorkloadPlan {
  const process = completeProcess(workload.options as ProcessOptions);
  const cpus = processCpus(process);
  if (cpus > context.availableCpus) {
    throw tooLarge(workload.type, `${cpus} CPUs`, `at most ${context.availableCpus} CPUs`);
  }
  const { firstCpu, firstMm } = context;
  const { setup, busyCpus } = planProcess(process, context);
  const siblings = Array.from({ length: process.threads - 1 }, (_, i) => firstCpu + 1 + i);
  const wakes = calls.wakesSiblings === true && process.siblings === "sleep" ? siblings : [];
  const one = callByCall(`${workload.type}_calls`, calls, wakes);
  return {
    cpus,
    mms: 2,
    tables: 0,
    setup: wakes.length === 0 ? [setup] : [setup, wakes.map((cpu) => sleeper(cpu, context))],
    operation: [{ cpu: firstCpu, program: one, args: { mm: firstMm } }],
    background: [],
    busyCpus,
    startNs: process.settleNs,
  };
}

function callByCall(name: string, calls: Calls, wakes: readonly number[]): Program {
  const { groups, source, everyNs = 0 } = calls;
  return program(name, { params: ["mm"], source }, (k) => {
    for (const group of groups) {
      k.set("calls_left", group.count);
      k.while("calls_left", ">", 0, () => {
        k.include(group.path, { mm: "mm", ...group.args });
        for (const cpu of wakes) wakeAndAwait(k, cpu);
        if (everyNs > 0) k.pause({ kind: "fixed", ns: everyNs });
        k.compute("calls_left", "calls_left", "-", 1);
      });
    }
  });
}

function wakeAndAwait(k: Builder, cpu: number): void {
  k.wake(cpu);
  k.awaitSleep(cpu);
}

/** A thread that sleeps, runs briefly when woken, and sleeps again. */
function sleeper(cpu: number, context: PlanContext): Task {
  const { env, firstMm } = context;
  const source = "kernel/futex/waitwake.c futex_wait()";
  const sleeping = program("futex_wait", { params: ["mm"], source }, (k) => {
    k.forever(() => {
      k.sleep();
      k.include(switchToUser(env), { next: "mm" });
      k.work("syscall");
      k.include(switchToIdle(env));
    });
  });
  return { cpu, program: sleeping, args: { mm: firstMm } };
}
