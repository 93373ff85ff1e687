import { checkBoolean, checkInteger, checkKeys, checkOneOf } from "../base/check.ts";
import { tooLarge } from "../base/messages.ts";
import { PAGE_BYTES, PAGES_PER_TABLE, USER_BYTES } from "../mm/pageTables.ts";
import type { Reclaimed } from "../mm/reclaim.ts";
import { madvisePageout, RECLAIMED } from "../mm/reclaim.ts";
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import type { ProcessOptions } from "./process.ts";
import { completeProcess, PROCESS_KEYS, planProcess, processCpus } from "./process.ts";
import { Workload } from "./workload.ts";

/** Options of {@link pageout}. */
export interface PageoutWorkloadOptions extends ProcessOptions {
  /** Present pages of each range, 4 KiB each and side by side. */
  pages: number;
  /** Calls; each pages out a range of its own. Default 1. */
  calls?: number;
  /** Number of the first page of each range in its page table, 0 … 511. Default 0. */
  firstPage?: number;
  /**
   * `dirty`: anonymous and written since it was swapped in, or never swapped. `clean`: anonymous,
   * swapped in and only read since. `file`: clean file pages. `dirtyFile`: unmapped, and left to
   * writeback. Default `dirty`.
   */
  memory?: Reclaimed;
  /** Whether there is swap; without, anonymous pages stay. Default true. */
  swap?: boolean;
  /** ns between the calls. Default 0. */
  everyNs?: number;
}

const KEYS = ["pages", "calls", "firstPage", "memory", "swap", "everyNs", ...PROCESS_KEYS];
const MOST_PAGES = USER_BYTES / PAGE_BYTES;

/** The first thread calls MADV_PAGEOUT on ranges, one after the other (mm/madvise.c). */
export function pageout(options: PageoutWorkloadOptions): Workload {
  checkKeys("workload.pageout", options, KEYS);
  const { pages, calls = 1, firstPage = 0, memory = "dirty", swap = true, everyNs = 0 } = options;
  return new Workload("pageout", {
    pages: checkInteger("pages", pages, 1, MOST_PAGES),
    calls: checkInteger("calls", calls, 1, 1e6),
    firstPage: checkInteger("firstPage", firstPage, 0, PAGES_PER_TABLE - 1),
    memory: checkOneOf("memory", memory, RECLAIMED),
    swap: checkBoolean("swap", swap),
    everyNs: checkInteger("everyNs", everyNs, 0, 1e12),
    ...completeProcess(options),
  });
}

/** Tasks of the workload on a machine. */
export function planPageout(workload: Workload, context: PlanContext): WorkloadPlan {
  const process = completeProcess(workload.options as ProcessOptions);
  const cpus = processCpus(process);
  if (cpus > context.availableCpus) {
    throw tooLarge("pageout", `${cpus} CPUs`, `at most ${context.availableCpus} CPUs`);
  }
  const { env, firstCpu, firstMm } = context;
  const { setup, busyCpus } = planProcess(process, context);
  const one = madvisePageout(env, {
    memory: workload.text("memory") as Reclaimed,
    swap: workload.flag("swap"),
  });
  const args = {
    mm: firstMm,
    calls: workload.number("calls"),
    pages: workload.number("pages"),
    first: workload.number("firstPage"),
  };
  const calls = callByCall(one, workload.number("everyNs"));
  return {
    cpus,
    mms: 2,
    tables: 0,
    setup: [setup],
    operation: [{ cpu: firstCpu, program: calls, args }],
    background: [],
    busyCpus,
    startNs: process.settleNs,
  };
}

function callByCall(one: Program, everyNs: number): Program {
  const params = ["mm", "calls", "pages", "first"];
  return program("pageout_calls", { params, source: "mm/madvise.c do_madvise()" }, (k) => {
    k.while("calls", ">", 0, () => {
      k.include(one, { mm: "mm", pages: "pages", first: "first" });
      if (everyNs > 0) k.pause({ kind: "fixed", ns: everyNs });
      k.compute("calls", "calls", "-", 1);
    });
  });
}
