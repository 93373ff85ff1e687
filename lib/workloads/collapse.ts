import { checkInteger, checkKeys, checkOneOf } from "../base/check.ts";
import { impossible, invalid, tooLarge } from "../base/messages.ts";
import { KiB } from "../base/units.ts";
import { copyOnWrite } from "../mm/copyOnWrite.ts";
import { PAGES_PER_TABLE, TABLE_BYTES, USER_BYTES } from "../mm/pageTables.ts";
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Task } from "../steps/task.ts";
import { collapsePass } from "./collapsePass.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import type { ProcessOptions } from "./process.ts";
import { completeProcess, PROCESS_KEYS, planProcess, processCpus } from "./process.ts";
import { wanderingKhugepaged } from "./wanderingKhugepaged.ts";
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
  /** Pages present under each table, 1 … 512: these are copied. Anonymous only. Default 512. */
  presentPages?: number;
  /** madvise only: bytes of one call. Default 0: one call for all. */
  bytesPerCall?: number;
  /** Tables that are turned down while they are scanned: nothing happens. Default 0. */
  failBeforeFlush?: number;
  /**
   * Tables whose pages cannot be isolated: found out when flush and sync are paid for (a page that
   * GUP-fast has pinned, for instance). Anonymous only. Default 0.
   */
  failAfterFlush?: number;
  /**
   * khugepaged only: the one size enabled, 16 KiB … 1 MiB, a power of two. Since 7.2 each such part
   * of the range is an attempt of its own, made again in every scan; before, nothing is collapsed.
   * Default 0: the size of a PMD.
   */
  mthpBytes?: number;
  /** Scans of the range, with `mthpBytes`. Default 1. */
  scans?: number;
  /**
   * khugepaged only: the CPUs it wanders over. It moves on after each pass of 8 tables
   * (`pages_to_scan`). Default 1: pinned to a CPU of its own.
   */
  khugepagedCpus?: number;
  /** khugepaged only: copy-on-write faults of the first thread meanwhile. Default 0. */
  copyOnWriteFaults?: number;
}

const KEYS = [
  ...["bytes", "by", "memory", "presentPages", "bytesPerCall"],
  ...["failBeforeFlush", "failAfterFlush", "mthpBytes", "scans"],
  ...["khugepagedCpus", "copyOnWriteFaults"],
  ...PROCESS_KEYS,
];

/** 512 pages become one huge page, table after table (mm/khugepaged.c). */
export function collapse(options: CollapseOptions): Workload {
  checkKeys("workload.collapse", options, KEYS);
  const { bytes, by = "madvise", memory = "anonymous", copyOnWriteFaults = 0 } = options;
  const { presentPages = PAGES_PER_TABLE, bytesPerCall = 0, mthpBytes = 0, scans = 1 } = options;
  const { failBeforeFlush = 0, failAfterFlush = 0, khugepagedCpus = 1 } = options;
  checkInteger("bytes", bytes, 1, USER_BYTES);
  if (bytes % TABLE_BYTES !== 0) throw notWholeTables(bytes);
  checkInteger("bytesPerCall", bytesPerCall, 0, USER_BYTES);
  if (bytesPerCall % TABLE_BYTES !== 0) throw notWholeTables(bytesPerCall);
  const tables = bytes / TABLE_BYTES;
  checkInteger("failBeforeFlush", failBeforeFlush, 0, tables);
  checkInteger("failAfterFlush", failAfterFlush, 0, tables - failBeforeFlush);
  const workload = new Workload("collapse", {
    bytes,
    by: checkOneOf("by", by, ["madvise", "khugepaged"]),
    memory: checkOneOf("memory", memory, ["anonymous", "shmem"]),
    presentPages: checkInteger("presentPages", presentPages, 1, PAGES_PER_TABLE),
    bytesPerCall,
    failBeforeFlush,
    failAfterFlush,
    mthpBytes: checkMthp(mthpBytes),
    scans: checkInteger("scans", scans, 1, 1e6),
    khugepagedCpus: checkInteger("khugepagedCpus", khugepagedCpus, 1, 4095),
    copyOnWriteFaults: checkInteger("copyOnWriteFaults", copyOnWriteFaults, 0, 1e9),
    ...completeProcess(options),
  });
  checkTogether(workload);
  return workload;
}

function checkMthp(bytes: number): number {
  const sizes = [16, 32, 64, 128, 256, 512, 1024].map(KiB);
  if (bytes === 0 || sizes.includes(bytes)) return bytes;
  throw invalid("mthpBytes", bytes, `0 or one of ${sizes.join(", ")}`);
}

/** Options that only one kind of collapse has. */
function checkTogether(workload: Workload): void {
  const isShmem = workload.text("memory") === "shmem";
  const isMadvise = workload.text("by") === "madvise";
  const mthp = workload.number("mthpBytes") > 0;
  const refuse = (option: string, reason: string): Error =>
    impossible(option, workload.number(option), reason);
  if (isShmem && workload.number("failAfterFlush") > 0) {
    throw refuse("failAfterFlush", "shmem pages are isolated before anything is flushed");
  }
  if (isShmem && workload.number("presentPages") < PAGES_PER_TABLE) {
    throw refuse("presentPages", "holes of shmem memory are not modelled");
  }
  if (isMadvise && mthp) throw refuse("mthpBytes", "MADV_COLLAPSE only makes huge pages of a PMD");
  if (isShmem && mthp) throw refuse("mthpBytes", "only anonymous memory has such attempts");
  if (!mthp && workload.number("scans") > 1) {
    throw refuse("scans", "without mthpBytes a huge page is not tried again");
  }
  if (workload.number("khugepagedCpus") > 1) {
    if (isMadvise) throw refuse("khugepagedCpus", "MADV_COLLAPSE runs where the thread runs");
    if (mthp || workload.number("failBeforeFlush") + workload.number("failAfterFlush") > 0) {
      throw refuse("khugepagedCpus", "passes that fail or scan again are modelled on one CPU");
    }
  }
  if (!isMadvise && workload.number("bytesPerCall") > 0) {
    throw refuse("bytesPerCall", "khugepaged is not called");
  }
}

/** CPUs of the workload on a machine. */
export function planCollapse(workload: Workload, context: PlanContext): WorkloadPlan {
  const process = completeProcess(workload.options as ProcessOptions);
  const { env, firstCpu, firstMm, firstTable } = context;
  const isKhugepaged = workload.text("by") === "khugepaged";
  const passCpus = isKhugepaged ? workload.number("khugepagedCpus") : 0;
  const cpus = processCpus(process) + passCpus;
  if (cpus > context.availableCpus) {
    throw tooLarge("collapse", `${cpus} CPUs`, `at most ${context.availableCpus} CPUs`);
  }
  const tables = workload.number("bytes") / TABLE_BYTES;
  const { setup, busyCpus } = planProcess(process, context);
  const last = context.hugePages ? firstTable + tables : firstTable;
  const args = { mm: firstMm, first: firstTable, last };
  const pass = collapsePass(workload, env);
  const passes = Array.from({ length: passCpus }, (_, turn) => firstCpu + cpus - passCpus + turn);
  const operation: Task[] =
    passCpus > 1
      ? wanderingKhugepaged(pass, { ...args, cpus: passes })
      : [{ cpu: passes[0] ?? firstCpu, program: pass, args }];
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

function faultAgain(fault: Program): Program {
  const source = "mm/memory.c do_wp_page()";
  return program("copy_on_write_faults", { params: ["mm", "faults"], source }, (k) => {
    k.while("faults", ">", 0, () => {
      k.include(fault, { mm: "mm" });
      k.compute("faults", "faults", "-", 1);
    });
  });
}
