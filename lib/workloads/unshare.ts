import { checkBoolean, checkInteger, checkKeys, checkOneOf } from "../base/check.ts";
import { impossible, tooLarge } from "../base/messages.ts";
import { GiB } from "../base/units.ts";
import type { Constraint } from "../mm/constraint.ts";
import type { UnshareOperation } from "../mm/hugetlbUnshare.ts";
import { hugetlbUnshare, shareTables, UNSHARE_OPERATIONS } from "../mm/hugetlbUnshare.ts";
import { USER_BYTES } from "../mm/pageTables.ts";
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import type { ProcessOptions } from "./process.ts";
import { completeProcess, PROCESS_KEYS, planProcess, processCpus } from "./process.ts";
import { Workload } from "./workload.ts";

/** Options of {@link unshare}. */
export interface UnshareOptions extends ProcessOptions {
  /** Size of the hugetlb mapping, whole gigabytes, in bytes: one page table each. */
  bytes: number;
  /** Processes that map it, the one that unshares included, 2 …. Default 2. */
  sharers?: number;
  /** What makes the process unshare. Default `munmap`. */
  operation?: UnshareOperation;
  /** One call for each gigabyte instead of one for all; `split` does so always. Default false. */
  perGiB?: boolean;
  /**
   * The mapping starts on a whole gigabyte. Otherwise it begins 2 MiB later in every process: then
   * its first and last table, half outside the mapping, are not shared. Default true.
   */
  aligned?: boolean;
}

const KEYS = ["bytes", "sharers", "operation", "perGiB", "aligned", ...PROCESS_KEYS];

/** CONFIG_HUGETLB_PMD_PAGE_TABLE_SHARING. */
export const UNSHARE_CONSTRAINTS: readonly Constraint[] = [
  {
    on: "arch",
    oneOf: ["x86", "arm64"],
    reason: "powerpc has no hugetlb PMD sharing (ARCH_WANT_HUGE_PMD_SHARE)",
  },
];

/**
 * A process gives back its share of hugetlb page tables that others use too (mm/hugetlb.c). Only
 * the last but one to leave pays for a sync: the one after it is alone. The CPUs of the other
 * processes do not matter and are not modelled. Throws SD001–SD004 for wrong options.
 */
export function unshare(options: UnshareOptions): Workload {
  checkKeys("workload.unshare", options, KEYS);
  const { bytes, sharers = 2, operation = "munmap", perGiB = false, aligned = true } = options;
  checkInteger("bytes", bytes, 1, USER_BYTES / 2);
  if (bytes % GiB(1) !== 0) {
    throw impossible("bytes", bytes, "a shared table maps a whole gigabyte (1073741824 bytes)");
  }
  return new Workload("unshare", {
    bytes,
    sharers: checkInteger("sharers", sharers, 2, 1e6),
    operation: checkOneOf("operation", operation, UNSHARE_OPERATIONS),
    perGiB: checkBoolean("perGiB", perGiB),
    aligned: checkBoolean("aligned", aligned),
    ...completeProcess(options),
  });
}

/** Tasks of the workload on a machine. */
export function planUnshare(workload: Workload, context: PlanContext): WorkloadPlan {
  const operation = workload.text("operation") as UnshareOperation;
  const process = processOf(workload, operation);
  const cpus = processCpus(process);
  if (cpus > context.availableCpus) {
    throw tooLarge("unshare", `${cpus} CPUs`, `at most ${context.availableCpus} CPUs`);
  }
  const { env, firstCpu, firstMm, firstTable } = context;
  const { setup, busyCpus } = planProcess(process, context);
  const gigabytes = workload.number("bytes") / GiB(1);
  const shared = workload.flag("aligned") ? gigabytes : gigabytes - 1;
  const sharing = { first: firstTable, last: firstTable + shared };
  const sharers = workload.number("sharers");
  const calls = callsOf(workload, operation, shared);
  const one = hugetlbUnshare(env, operation);
  return {
    cpus,
    mms: 2,
    tables: Math.max(1, shared),
    setup: [setup, [{ cpu: firstCpu, program: shareTables, args: { ...sharing, sharers } }]],
    operation: [
      { cpu: firstCpu, program: callByCall(one, calls), args: { mm: firstMm, ...sharing } },
    ],
    background: [],
    busyCpus,
    startNs: process.settleNs,
  };
}

/** When a process exits, its other threads are gone, and their CPUs idle. */
function processOf(workload: Workload, operation: UnshareOperation): Required<ProcessOptions> {
  const process = completeProcess(workload.options as ProcessOptions);
  const isOver = operation === "exit" && process.siblings === "spin";
  return isOver ? { ...process, siblings: "sleep" } : process;
}

/** One call: how many shared tables it unshares, and what else it frees. */
interface Call {
  readonly tables: number;
  readonly huge: number;
  readonly freed: number;
}

/**
 * One huge page a gigabyte is present. With the whole range go the PUD table above and the PMD
 * tables that were not shared; part of a range leaves the PUD table in use.
 */
function callsOf(workload: Workload, operation: UnshareOperation, shared: number): Call[] {
  const own = workload.flag("aligned") ? 0 : 1;
  const goes = operation === "munmap" || operation === "exit";
  const isSplit = operation === "split";
  if (!isSplit && !workload.flag("perGiB")) {
    return [{ tables: shared, huge: own, freed: goes ? own + 1 : 0 }];
  }
  const first: Call[] = own === 0 ? [] : [{ tables: 0, huge: own, freed: goes ? own : 0 }];
  const each = Array.from({ length: shared }, () => ({ tables: 1, huge: 0, freed: 0 }));
  const calls = [...first, ...each];
  return calls.map((call, i) =>
    goes && i === calls.length - 1 ? { ...call, freed: call.freed + 1 } : call,
  );
}

function callByCall(one: Program, calls: readonly Call[]): Program {
  const params = ["mm", "first", "last"];
  return program("unshare_calls", { params, source: "mm/hugetlb.c" }, (k) => {
    k.set("from", "first");
    for (const { count, tables, huge, freed } of runsOf(calls)) {
      k.set("calls_left", count);
      k.while("calls_left", ">", 0, () => {
        k.compute("to", "from", "+", tables);
        k.include(one, { mm: "mm", first: "from", last: "to", huge, freed });
        k.set("from", "to");
        k.compute("calls_left", "calls_left", "-", 1);
      });
    }
  });
}

/** Equal calls in a row, counted. */
function runsOf(calls: readonly Call[]): (Call & { count: number })[] {
  const runs: (Call & { count: number })[] = [];
  for (const call of calls) {
    const last = runs.at(-1);
    const same = last !== undefined && last.tables === call.tables && last.huge === call.huge;
    if (same && last.freed === call.freed) last.count++;
    else runs.push({ ...call, count: 1 });
  }
  return runs;
}
