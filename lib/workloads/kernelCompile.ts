import { checkInteger, checkKeys, checkNumber } from "../base/check.ts";
import { tooLarge } from "../base/messages.ts";
import { jobsLeft } from "../mm/schedVariables.ts";
import { own, program } from "../steps/builder.ts";
import type { Task } from "../steps/task.ts";
import { compileJob, jobStarts, PARTS } from "./compileJob.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import { Workload } from "./workload.ts";

/** Options of {@link kernelCompile}. No default was measured: each names its assumption. */
export interface KernelCompileOptions {
  /** Jobs side by side, `make -j`, one a CPU. */
  jobs: number;
  /** Processes of all jobs together. Default 50 a job. */
  processes?: number;
  /**
   * Mean user time of a process, ns, exponentially distributed. Default 100 ms: assumed, between
   * the milliseconds of a shell and the second of a compiler. `jobs` over this, and what is slept,
   * is the rate of processes.
   */
  processNs?: number;
  /** Sleeps of a process (pages, pipes), each a trip into idle. Default 10: assumed. */
  sleeps?: number;
  /** Mean length of a sleep, ns, exponentially distributed. Default 100 µs: assumed. */
  sleepNs?: number;
  /**
   * Share of the processes that the balancer moves to the next CPU and that end there, so that
   * their first CPU is left behind. Default 0.05: assumed; most compilers end where they began.
   */
  movedShare?: number;
  /**
   * Share of the address spaces whose last reference a kernel thread or a reader of /proc on the
   * next CPU drops. Default 0.01: assumed; the comment in kernel/fork.c says "probable" of the
   * same CPU.
   */
  laterDropShare?: number;
}

const KEYS = [
  "jobs",
  "processes",
  "processNs",
  "sleeps",
  "sleepNs",
  "movedShare",
  "laterDropShare",
];

/**
 * A parallel build: each job starts processes with vfork and exec, one after the other, each of one
 * thread in an address space of its own that ends with it. Between them the job's shell runs. One
 * operation a process; tallies `moved`, `dropped_later` and `mms_freed` say what became of them.
 * Throws SD001–SD003 for wrong options.
 */
export function kernelCompile(options: KernelCompileOptions): Workload {
  checkKeys("workload.kernelCompile", options, KEYS);
  const { jobs } = options;
  checkInteger("jobs", jobs, 1, 4096);
  const { processes = 50 * jobs, processNs = 100_000_000 } = options;
  const { sleeps = 10, sleepNs = 100_000, movedShare = 0.05, laterDropShare = 0.01 } = options;
  return new Workload("kernelCompile", {
    jobs,
    processes: checkInteger("processes", processes, jobs, 1e6),
    processNs: checkInteger("processNs", processNs, 0, 1e12),
    sleeps: checkInteger("sleeps", sleeps, 0, 1e6),
    sleepNs: checkInteger("sleepNs", sleepNs, 0, 1e12),
    movedShare: checkNumber("movedShare", movedShare, 0, 1),
    laterDropShare: checkNumber("laterDropShare", laterDropShare, 0, 1),
  });
}

/** Tasks of the workload on a machine. */
export function planKernelCompile(workload: Workload, context: PlanContext): WorkloadPlan {
  const { env, availableCpus, firstCpu, firstMm } = context;
  const jobs = workload.number("jobs");
  if (jobs > availableCpus) {
    throw tooLarge("kernelCompile", `${jobs} CPUs`, `at most ${availableCpus} CPUs`);
  }
  const processes = workload.number("processes");
  const job = compileJob(env, {
    userNs: Math.floor(workload.number("processNs") / (workload.number("sleeps") + 1)),
    sleepNs: workload.number("sleepNs"),
    moved: partsOf(workload.number("movedShare")),
    droppedLater: partsOf(workload.number("laterDropShare")),
  });
  const operation: Task[] = [];
  let nextMm = firstMm + jobs;
  for (let i = 0; i < jobs; i++) {
    const own = Math.floor(processes / jobs) + (i < processes % jobs ? 1 : 0);
    const args = {
      shell: firstMm + i,
      first: nextMm,
      last: nextMm + own,
      sleeps: workload.number("sleeps"),
      neighbour: firstCpu + ((i + 1) % jobs),
    };
    nextMm += own;
    operation.push({ cpu: firstCpu + i, program: job, args });
  }
  const starts = operation.map(({ cpu, args }) => ({ cpu, program: jobStarts(env), args }));
  const count = program("make", { params: ["jobs"], source: "make -j" }, (k) =>
    k.store(own(jobsLeft), "jobs"),
  );
  return {
    cpus: jobs,
    mms: jobs + processes,
    tables: 0,
    setup: [[{ cpu: firstCpu, program: count, args: { jobs } }], starts],
    operation,
    background: [],
    busyCpus: [],
    startNs: 0,
  };
}

function partsOf(share: number): number {
  return Math.floor(share * PARTS + 0.5);
}
