import { checkInteger, checkKeys, checkOneOf } from "../base/check.ts";
import { tooLarge } from "../base/messages.ts";
import { collapseAnonymous, collapseShmem } from "../mm/collapse.ts";
import { copyOnWrite } from "../mm/copyOnWrite.ts";
import { TABLE_BYTES, USER_BYTES } from "../mm/pageTables.ts";
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Task } from "../steps/task.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import type { ProcessOptions } from "./process.ts";
import { completeProcess, PROCESS_KEYS, planProcess, processCpus } from "./process.ts";
import { notWholeTables, Workload } from "./workload.ts";

/** Options of {@link collapse}. */
export interface CollapseOptions extends ProcessOptions {
  /** Size of the range, whole 2 MiB tables, in bytes. */
  bytes: number;
  /**
   * `madvise`: the first thread calls MADV_COLLAPSE. `khugepaged`: the kernel thread does it, on a
   * CPU of its own after those of the process, and the first thread runs on.
   */
  by?: "madvise" | "khugepaged";
  /** What the range maps. Default `anonymous`. */
  memory?: "anonymous" | "shmem";
  /** khugepaged only: copy-on-write faults of the first thread meanwhile. Default 0. */
  copyOnWriteFaults?: number;
}

const KEYS = ["bytes", "by", "memory", "copyOnWriteFaults", ...PROCESS_KEYS];

/** 512 pages become one huge page, table after table (mm/khugepaged.c). */
export function collapse(options: CollapseOptions): Workload {
  checkKeys("workload.collapse", options, KEYS);
  const { bytes, by = "madvise", memory = "anonymous", copyOnWriteFaults = 0 } = options;
  checkInteger("bytes", bytes, 1, USER_BYTES);
  if (bytes % TABLE_BYTES !== 0) throw notWholeTables(bytes);
  return new Workload("collapse", {
    bytes,
    by: checkOneOf("by", by, ["madvise", "khugepaged"]),
    memory: checkOneOf("memory", memory, ["anonymous", "shmem"]),
    copyOnWriteFaults: checkInteger("copyOnWriteFaults", copyOnWriteFaults, 0, 1e9),
    ...completeProcess(options),
  });
}

/** CPUs of the workload on a machine. */
export function planCollapse(workload: Workload, context: PlanContext): WorkloadPlan {
  const process = completeProcess(workload.options as ProcessOptions);
  const { env, firstCpu, firstMm, firstTable } = context;
  const isKhugepaged = workload.text("by") === "khugepaged";
  const cpus = processCpus(process) + (isKhugepaged ? 1 : 0);
  if (cpus > context.availableCpus) {
    throw tooLarge("collapse", `${cpus} CPUs`, `at most ${context.availableCpus} CPUs`);
  }
  const tables = workload.number("bytes") / TABLE_BYTES;
  const { setup, busyCpus } = planProcess(process, context);
  const one = workload.text("memory") === "shmem" ? collapseShmem(env) : collapseAnonymous(env);
  const last = context.hugePages ? firstTable + tables : firstTable;
  const args = { mm: firstMm, first: firstTable, last };
  const operation: Task[] = [
    { cpu: isKhugepaged ? firstCpu + cpus - 1 : firstCpu, program: tableByTable(one), args },
  ];
  const faults = workload.number("copyOnWriteFaults");
  if (isKhugepaged && faults > 0) {
    const program = faultAgain(copyOnWrite(env));
    operation.push({ cpu: firstCpu, program, args: { mm: firstMm, faults } });
  }
  return {
    cpus,
    mms: 2,
    tables,
    setup: [setup],
    operation,
    background: [],
    busyCpus: isKhugepaged ? [firstCpu, ...busyCpus] : busyCpus,
    startNs: process.settleNs,
  };
}

function tableByTable(collapseOne: Program): Program {
  const params = ["mm", "first", "last"];
  const source = "mm/khugepaged.c madvise_collapse(), collapse_scan_mm_slot()";
  return program("collapse_range", { params, source }, (k) => {
    k.set("table", "first");
    k.while("table", "<", "last", () => {
      k.include(collapseOne, { mm: "mm", table: "table" });
      k.compute("table", "table", "+", 1);
    });
  });
}

function faultAgain(fault: Program): Program {
  const source = "mm/memory.c do_wp_page()";
  return program("copy_on_write_faults", { params: ["mm", "faults"], source }, (k) => {
    k.while("faults", ">", 0, () => {
      k.include(fault, { mm: "mm" });
      k.compute("faults", "faults", "-", 1);
    });
  });
}
