import { checkInteger, checkKeys } from "../base/check.ts";
import { switchToIdle, switchToUser } from "../mm/contextSwitch.ts";
import type { Environment } from "../mm/environment.ts";
import type { Builder } from "../steps/builder.ts";
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Task } from "../steps/task.ts";
import { threadStarts } from "./contextSwitchIdle.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import { Workload } from "./workload.ts";

/** Options of {@link contextSwitchPingPong}. */
export interface ContextSwitchPingPongOptions {
  /** Pairs of threads of one process; will-it-scale counts one of each pair. */
  pairs: number;
  /** Bytes that each pair sends there and back. Default 100. */
  rounds?: number;
}

/**
 * Pairs of threads hand a byte to and fro (will-it-scale context_switch1_threads). As long as there
 * is a CPU for every thread, each hand-over takes a CPU out of idle, which gives the address space
 * back, and another one into idle, which borrows it. With fewer CPUs some pairs share one and
 * switch from thread to thread without idling; with a CPU a pair or less, all do. Pairs beyond one
 * for each CPU only wait, and are left out. One operation a thread that comes to run.
 */
export function contextSwitchPingPong(options: ContextSwitchPingPongOptions): Workload {
  checkKeys("workload.contextSwitchPingPong", options, ["pairs", "rounds"]);
  const { pairs, rounds = 100 } = options;
  return new Workload("contextSwitchPingPong", {
    pairs: checkInteger("pairs", pairs, 1, 1e6),
    rounds: checkInteger("rounds", rounds, 1, 1e9),
  });
}

/** Tasks of the workload on a machine. */
export function planContextSwitchPingPong(workload: Workload, context: PlanContext): WorkloadPlan {
  const { env, availableCpus, firstCpu, firstMm } = context;
  const pairs = Math.min(workload.number("pairs"), availableCpus);
  const apart = Math.min(pairs, availableCpus - pairs);
  const args = { mm: firstMm, rounds: workload.number("rounds") };
  const starts = threadStarts(env);
  const restsFirst = threadRests(env);
  const setup: Task[] = [];
  const operation: Task[] = [];
  for (let i = 0; i < apart; i++) {
    const [ping, pong] = [firstCpu + 2 * i, firstCpu + 2 * i + 1];
    setup.push({ cpu: ping, program: starts, args });
    setup.push({ cpu: pong, program: restsFirst, args });
    operation.push({ cpu: ping, program: pings(env), args: { ...args, partner: pong } });
    operation.push({ cpu: pong, program: pongs(env), args: { ...args, partner: ping } });
  }
  for (let i = apart; i < pairs; i++) {
    const cpu = firstCpu + apart + i;
    setup.push({ cpu, program: starts, args });
    operation.push({ cpu, program: shares(env), args });
  }
  return {
    cpus: apart + pairs,
    mms: 1,
    tables: 0,
    setup: [setup],
    operation,
    background: [],
    busyCpus: [],
    startNs: 0,
  };
}

const params = ["mm", "rounds", "partner"];
const source = "will-it-scale tests/context_switch1.c";

function threadRests(env: Environment): Program {
  return program("thread_waits", { params: ["mm"], source }, (k) => {
    k.include(threadStarts(env), { mm: "mm" });
    k.include(switchToIdle(env));
  });
}

function pings(env: Environment): Program {
  return program("ping", { params, source }, (k) =>
    roundByRound(k, () => {
      write(k);
      k.include(switchToIdle(env));
      k.sleep();
      comeBack(k, env);
    }),
  );
}

function pongs(env: Environment): Program {
  return program("pong", { params, source }, (k) =>
    roundByRound(k, () => {
      k.sleep();
      comeBack(k, env);
      write(k);
      k.include(switchToIdle(env));
    }),
  );
}

/** Both threads on one CPU: the one that writes goes on until it has nothing to read. */
function shares(env: Environment): Program {
  return program("ping_and_pong", { params: ["mm", "rounds"], source }, (k) =>
    roundByRound(k, () => {
      for (const _ of ["ping", "pong"]) {
        k.work("syscall");
        k.work("wake");
        comeBack(k, env);
      }
    }),
  );
}

function roundByRound(k: Builder, round: () => void): void {
  k.while("rounds", ">", 0, () => {
    round();
    k.compute("rounds", "rounds", "-", 1);
  });
}

/** `try_to_wake_up()` waits for a thread that is still being switched out. */
function write(k: Builder): void {
  k.work("syscall");
  k.awaitSleep("partner");
  k.wake("partner");
}

/** The read that has slept returns. */
function comeBack(k: Builder, env: Environment): void {
  k.include(switchToUser(env), { next: "mm" });
  k.work("syscall");
  k.tally("operations");
}
