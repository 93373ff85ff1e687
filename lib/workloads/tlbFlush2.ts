import { checkInteger, checkKeys } from "../base/check.ts";
import { tooLarge } from "../base/messages.ts";
import { dontneed } from "../mm/dontneed.ts";
import type { Environment } from "../mm/environment.ts";
import { lruAddDrain } from "../mm/lruDrain.ts";
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import { completeProcess, planProcess } from "./process.ts";
import { Workload } from "./workload.ts";

/** Options of {@link tlbFlush2}. */
export interface TlbFlush2Options {
  /** Threads of the process, one a CPU; all of them flush. */
  threads: number;
  /** Loops of each thread. Default 1. */
  loops?: number;
  /** User code between two calls, ns. Default 0. */
  everyNs?: number;
  /** How long each call holds the LRU lock, ns; 0: it does not take it. Default 0. */
  lruLockNs?: number;
  /** Age of the address space when the measured window opens, ns. Default as of a process. */
  settleNs?: number;
}

const KEYS = ["threads", "loops", "everyNs", "lruLockNs", "settleNs"];

/**
 * will-it-scale `tlb_flush2_threads`: every thread of a process touches one page of its own and
 * drops it with MADV_DONTNEED, again and again. Throws SD001–SD003 for wrong options.
 */
export function tlbFlush2(options: TlbFlush2Options): Workload {
  checkKeys("workload.tlbFlush2", options, KEYS);
  const { threads, loops = 1, everyNs = 0, lruLockNs = 0, settleNs } = options;
  const process = completeProcess(settleNs === undefined ? { threads } : { threads, settleNs });
  return new Workload("tlbFlush2", {
    threads: process.threads,
    loops: checkInteger("loops", loops, 1, 1e6),
    everyNs: checkInteger("everyNs", everyNs, 0, 1e12),
    lruLockNs: checkInteger("lruLockNs", lruLockNs, 0, 1e9),
    settleNs: process.settleNs,
  });
}

/** Tasks of the workload on a machine. */
export function planTlbFlush2(workload: Workload, context: PlanContext): WorkloadPlan {
  const { threads, settleNs } = workload.options as { threads: number; settleNs: number };
  if (threads > context.availableCpus) {
    throw tooLarge("tlbFlush2", `${threads} CPUs`, `at most ${context.availableCpus} CPUs`);
  }
  const { env, firstCpu, firstMm } = context;
  const process = completeProcess({ threads, siblings: "spin", settleNs });
  const { setup, busyCpus } = planProcess(process, context);
  const loop = loopOf(env, workload.number("everyNs"), workload.number("lruLockNs"));
  const args = { mm: firstMm, loops: workload.number("loops") };
  return {
    cpus: threads,
    mms: 2,
    tables: 0,
    setup: [setup],
    operation: Array.from({ length: threads }, (_, i) => ({
      cpu: firstCpu + i,
      program: loop,
      args,
    })),
    background: [],
    busyCpus,
    startNs: settleNs,
  };
}

/** A fault brings the page, which is taken to cost as much as copying one; then it is dropped. */
function loopOf(env: Environment, everyNs: number, lruLockNs: number): Program {
  const drop = dontneed(env);
  const source = "will-it-scale tests/tlb_flush2.c; mm/madvise.c madvise_dontneed_single_vma()";
  return program("tlb_flush2_threads", { params: ["mm", "loops"], source }, (k) => {
    k.while("loops", ">", 0, () => {
      if (everyNs > 0) k.pause({ kind: "fixed", ns: everyNs });
      k.work("copyOnWrite");
      if (lruLockNs > 0) lruAddDrain(k, lruLockNs);
      k.include(drop, { mm: "mm", tables: 0, per_table: 0, tail: 1, range: 1 });
      k.compute("loops", "loops", "-", 1);
    });
  });
}
