import { checkInteger, checkKeys, checkOneOf } from "../base/check.ts";
import { mmUsers } from "../mm/archVariables.ts";
import { switchToUser } from "../mm/contextSwitch.ts";
import { copyOnWrite, reusePage } from "../mm/copyOnWrite.ts";
import type { Environment } from "../mm/environment.ts";
import { exitMm } from "../mm/exitMmap.ts";
import { fork as forkPath } from "../mm/fork.ts";
import { freedTables, PAGE_BYTES } from "../mm/pageTables.ts";
import { of, program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { CallGroup } from "./calls.ts";
import { planCalls } from "./calls.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import type { ProcessOptions } from "./process.ts";
import { completeProcess, PROCESS_KEYS } from "./process.ts";
import { Workload } from "./workload.ts";

/**
 * What is measured of a process that forks:
 * - `fork`: the calls; the children sleep,
 * - `copyOnWrite`: the parent writes to every page while one child shares them,
 * - `reuse`: it does after the child is gone,
 * - `forkAndExit`: calls, each followed by the end of the child on the same CPU.
 */
export const FORK_PHASES = ["fork", "copyOnWrite", "reuse", "forkAndExit"] as const;

/** Options of {@link fork}. */
export interface ForkOptions extends ProcessOptions {
  /** What happens in the measured window; see {@link FORK_PHASES}. Default `fork`. */
  phase?: (typeof FORK_PHASES)[number];
  /** Private pages of the parent. Default 64. */
  pages?: number;
  /** Calls, in the phases `fork` and `forkAndExit`. Default 1. */
  children?: number;
  /** Phase `fork`: shared pages that the parent writes to after each call. Default 0. */
  pagesWritten?: number;
}

const KEYS = ["phase", "pages", "children", "pagesWritten", ...PROCESS_KEYS];

/** The first thread forks, or writes to pages that it shares with a child (kernel/fork.c). */
export function fork(options: ForkOptions = {}): Workload {
  checkKeys("workload.fork", options, KEYS);
  const { phase = "fork", pages = 64, children = 1, pagesWritten = 0 } = options;
  return new Workload("fork", {
    phase: checkOneOf("phase", phase, FORK_PHASES),
    pages: checkInteger("pages", pages, 1, 1e9),
    children: checkInteger("children", children, 1, 1e5),
    pagesWritten: checkInteger("pagesWritten", pagesWritten, 0, pages),
    ...completeProcess(options),
  });
}

/** Tasks of the workload on a machine. */
export function planFork(workload: Workload, context: PlanContext): WorkloadPlan {
  const source = "kernel/fork.c kernel_clone(), mm/memory.c do_wp_page()";
  const plan = planCalls(workload, context, { groups: [groupOf(workload, context)], source });
  if (workload.text("phase") !== "forkAndExit") return plan;
  const children = workload.number("children");
  const first = context.firstMm + plan.mms;
  const one = forkAndExit(context.env, workload.number("pages"));
  const args = { mm: context.firstMm, first, last: first + children };
  return {
    ...plan,
    mms: plan.mms + children,
    operation: [{ cpu: context.firstCpu, program: one, args }],
  };
}

function groupOf(workload: Workload, { env }: PlanContext): CallGroup {
  const [pages, count] = [workload.number("pages"), workload.number("children")];
  switch (workload.text("phase")) {
    case "copyOnWrite":
      return { path: writing(copyOnWrite(env)), args: {}, count: pages };
    case "reuse":
      return { path: writing(reusePage(env)), args: {}, count: pages };
    default: {
      const written = workload.number("pagesWritten");
      return { path: forkAndWrite(env), args: { pages, written }, count };
    }
  }
}

/** One write fault is one operation. */
function writing(fault: Program): Program {
  return program("do_wp_page", { params: ["mm"], source: "mm/memory.c do_wp_page()" }, (k) => {
    k.include(fault, { mm: "mm" });
    k.tally("operations");
  });
}

function forkAndWrite(env: Environment): Program {
  const source = "kernel/fork.c kernel_clone()";
  return program("fork_and_write", { params: ["mm", "pages", "written"], source }, (k) => {
    k.include(forkPath(env), { mm: "mm", pages: "pages" });
    k.set("left", "written");
    k.while("left", ">", 0, () => {
      k.include(copyOnWrite(env), { mm: "mm" });
      k.compute("left", "left", "-", 1);
    });
  });
}

/** Children are address spaces of their own, `first` and on, and end before the next call. */
function forkAndExit(env: Environment, pages: number): Program {
  const source = "kernel/fork.c kernel_clone(), kernel/exit.c do_exit()";
  const range = { start: 0, bytes: pages * PAGE_BYTES, strideBytes: PAGE_BYTES };
  const tables = freedTables(range, []).total;
  return program("fork_and_exit_calls", { params: ["mm", "first", "last"], source }, (k) => {
    k.set("child", "first");
    k.while("child", "<", "last", () => {
      k.include(forkPath(env), { mm: "mm", pages });
      k.store(of(mmUsers, "child"), 1);
      k.include(switchToUser(env), { next: "child" });
      k.include(exitMm(env), { mm: "child", pages, tables });
      k.include(switchToUser(env), { next: "mm" });
      k.compute("child", "child", "+", 1);
    });
  });
}
