import { checkInteger, checkKeys, checkOneOf } from "../base/check.ts";
import { tooLarge } from "../base/messages.ts";
import { mmUsers } from "../mm/archVariables.ts";
import { switchToUser } from "../mm/contextSwitch.ts";
import type { Environment } from "../mm/environment.ts";
import { gupFast } from "../mm/gupFast.ts";
import { runHook } from "../mm/hooks.ts";
import { of, program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Task } from "../steps/task.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import { Workload } from "./workload.ts";

/** Options of {@link gupFastHammer}. */
export interface GupFastHammerOptions {
  /** Threads that call GUP-fast, one a CPU. */
  threads: number;
  /** Pages per call. Default 1, as gup_test. */
  pages?: number;
  /** Mean ns between two calls of a thread, exponentially distributed; 0: none. Default 2000. */
  gapNs?: number;
  /** Calls of each thread; 0: as long as the other workloads last. Default 0, 10,000 alone. */
  calls?: number;
  /** `same`: threads of the process they are composed with. `other`: a process of their own. */
  process?: "same" | "other";
  /**
   * `operation`: they walk the page tables of the workload they are composed with, where it has any
   * (collapse). Default `own`: tables of their own.
   */
  range?: "own" | "operation";
}

const KEYS = ["threads", "pages", "gapNs", "calls", "process", "range"];

/** Calls of a thread when nothing else ends the run. */
const CALLS_ALONE = 10_000;
/** Page tables under the buffer that each hammer walks: 1 MiB as in the lab fits in one. */
const OWN_TABLES = 1;

/** Threads that pin pages with GUP-fast, over and over (tools/testing/selftests/mm/gup_test.c). */
export function gupFastHammer(options: GupFastHammerOptions): Workload {
  checkKeys("workload.gupFastHammer", options, KEYS);
  const { threads, pages = 1, gapNs = 2000, calls = 0 } = options;
  const { process = "same", range = "own" } = options;
  return new Workload("gupFastHammer", {
    threads: checkInteger("threads", threads, 1, 4096),
    pages: checkInteger("pages", pages, 1, 1e6),
    gapNs: checkInteger("gapNs", gapNs, 0, 1e12),
    calls: checkInteger("calls", calls, 0, 1e9),
    process: checkOneOf("process", process, ["same", "other"]),
    range: checkOneOf("range", range, ["own", "operation"]),
  });
}

/** Tasks of the workload on a machine. */
export function planGupFastHammer(workload: Workload, context: PlanContext): WorkloadPlan {
  const cpus = workload.number("threads");
  if (cpus > context.availableCpus) {
    throw tooLarge("gupFastHammer", `${cpus} CPUs`, `at most ${context.availableCpus} CPUs`);
  }
  const { env, firstCpu, firstMm, sharedMm, sharedTables } = context;
  const isAlone = sharedMm === undefined;
  const mm = workload.text("process") === "same" ? (sharedMm ?? firstMm) : firstMm;
  const [table, tables] =
    workload.text("range") === "operation" && sharedTables !== undefined
      ? sharedTables
      : [context.firstTable, OWN_TABLES];
  const calls = workload.number("calls") || (isAlone ? CALLS_ALONE : 0);
  const walking = walkAgain(env, workload.number("gapNs"), calls > 0);
  const args = { mm, table, tables, calls, pages: workload.number("pages") };
  const start = program("thread_starts", { params: ["mm"], source: gupTest }, (k) => {
    k.add(of(mmUsers, "mm"), 1, undefined, "relaxed");
    k.include(switchToUser(env), { next: "mm" });
    runHook(k, env, "kernelEntry", {});
  });
  const onEach = (one: Program): Task[] =>
    Array.from({ length: cpus }, (_, i) => ({ cpu: firstCpu + i, program: one, args }));
  return {
    cpus,
    mms: 1,
    tables: OWN_TABLES,
    setup: [onEach(start)],
    operation: calls > 0 ? onEach(walking) : [],
    background: calls > 0 ? [] : onEach(walking),
    busyCpus: [],
    startNs: 0,
  };
}

const gupTest = "mm/gup_test.c __gup_test_ioctl()";

function walkAgain(env: Environment, gapNs: number, isCounted: boolean): Program {
  const walk = gupFast(env);
  const params = ["mm", "table", "tables", "calls", "pages"];
  return program("gup_test", { params, source: gupTest }, (k) => {
    const once = (): void => {
      if (gapNs > 0) k.pause({ kind: "exponential", meanNs: gapNs });
      k.pick("which", "tables");
      k.compute("walked", "table", "+", "which");
      k.include(walk, { mm: "mm", table: "walked", pages: "pages" });
    };
    if (!isCounted) {
      k.forever(once);
      return;
    }
    k.while("calls", ">", 0, () => {
      once();
      k.compute("calls", "calls", "-", 1);
    });
    runHook(k, env, "kernelExit", {});
  });
}
