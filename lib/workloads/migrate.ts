import { checkInteger, checkKeys, checkOneOf } from "../base/check.ts";
import { impossible, tooLarge } from "../base/messages.ts";
import { migratePages } from "../mm/migratePages.ts";
import { PAGE_BYTES, USER_BYTES } from "../mm/pageTables.ts";
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import type { ProcessOptions } from "./process.ts";
import { completeProcess, PROCESS_KEYS, planProcess, processCpus } from "./process.ts";
import { Workload } from "./workload.ts";

/** Options of {@link migrate}. */
export interface MigrateOptions extends ProcessOptions {
  /** Pages of each call, 4 KiB each, mapped once. */
  pages: number;
  /** Calls. Default 1. */
  calls?: number;
  /**
   * `thread`: the first thread calls move_pages or migrate_pages. `kcompactd`: the kernel thread
   * does it, on a CPU after those of the process, and the first thread runs on. Default `thread`.
   */
  by?: "thread" | "kcompactd";
  /** `sync`: pages that could not be locked at once are waited for. Default `sync`. */
  mode?: "async" | "sync";
  /** `sync` only: how many pages of each call that concerns. Default 0. */
  leftovers?: number;
  /** ns between the calls. Default 0. */
  everyNs?: number;
}

const KEYS = ["pages", "calls", "by", "mode", "leftovers", "everyNs", ...PROCESS_KEYS];

/**
 * Pages move to other frames (mm/migrate.c). Throws SD001–SD003 for wrong options, SD004 for
 * leftovers of the asynchronous mode, which gives up on them.
 */
export function migrate(options: MigrateOptions): Workload {
  checkKeys("workload.migrate", options, KEYS);
  const { pages, calls = 1, by = "thread", mode = "sync", leftovers = 0, everyNs = 0 } = options;
  checkInteger("pages", pages, 1, USER_BYTES / PAGE_BYTES);
  checkInteger("leftovers", leftovers, 0, pages);
  checkOneOf("mode", mode, ["async", "sync"]);
  if (mode === "async" && leftovers > 0) {
    throw impossible("leftovers", leftovers, "the asynchronous mode does not wait for any page");
  }
  return new Workload("migrate", {
    pages,
    calls: checkInteger("calls", calls, 1, 1e6),
    by: checkOneOf("by", by, ["thread", "kcompactd"]),
    mode,
    leftovers,
    everyNs: checkInteger("everyNs", everyNs, 0, 1e12),
    ...completeProcess(options),
  });
}

/** Tasks of the workload on a machine. */
export function planMigrate(workload: Workload, context: PlanContext): WorkloadPlan {
  const process = completeProcess(workload.options as ProcessOptions);
  const isKernelThread = workload.text("by") === "kcompactd";
  const cpus = processCpus(process) + (isKernelThread ? 1 : 0);
  if (cpus > context.availableCpus) {
    throw tooLarge("migrate", `${cpus} CPUs`, `at most ${context.availableCpus} CPUs`);
  }
  const { env, firstCpu, firstMm } = context;
  const { setup, busyCpus } = planProcess(process, context);
  const args = {
    mm: firstMm,
    calls: workload.number("calls"),
    pages: workload.number("pages"),
    leftovers: workload.number("leftovers"),
  };
  const calls = callByCall(migratePages(env), workload.number("everyNs"));
  return {
    cpus,
    mms: 2,
    tables: 0,
    setup: [setup],
    operation: [{ cpu: isKernelThread ? firstCpu + cpus - 1 : firstCpu, program: calls, args }],
    background: [],
    busyCpus: isKernelThread ? [firstCpu, ...busyCpus] : busyCpus,
    startNs: process.settleNs,
  };
}

function callByCall(one: Program, everyNs: number): Program {
  const params = ["mm", "calls", "pages", "leftovers"];
  return program("migrate_calls", { params, source: "mm/migrate.c, mm/compaction.c" }, (k) => {
    k.while("calls", ">", 0, () => {
      k.include(one, { mm: "mm", pages: "pages", leftovers: "leftovers" });
      if (everyNs > 0) k.pause({ kind: "fixed", ns: everyNs });
      k.compute("calls", "calls", "-", 1);
    });
  });
}
