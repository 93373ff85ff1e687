import { checkInteger, checkKeys, checkOneOf } from "../base/check.ts";
import { tooLarge } from "../base/messages.ts";
import type { Environment } from "../mm/environment.ts";
import type { Reclaimed } from "../mm/reclaim.ts";
import { RECLAIMED, shrinkFolioList } from "../mm/reclaim.ts";
import type { Builder } from "../steps/builder.ts";
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import type { ProcessOptions } from "./process.ts";
import { completeProcess, PROCESS_KEYS, planProcess, processCpus } from "./process.ts";
import { Workload } from "./workload.ts";

/** Options of {@link reclaim}. The process options hold for each process. */
export interface ReclaimOptions extends ProcessOptions {
  /** Pages that kswapd reclaims in all. */
  pages: number;
  /** Pages it isolates at a time. Default 32 (SWAP_CLUSTER_MAX). */
  pagesPerCall?: number;
  /** ns between the calls, which sets the rate. Default 0: as fast as it can. */
  everyNs?: number;
  /** See {@link RECLAIMED}. Default `file`. */
  memory?: Reclaimed;
  /** Processes, on CPUs of their own, whose pages are reclaimed in turn. Default 1. */
  processes?: number;
  /**
   * Pages of one process that follow each other in the list. Default 15, what a CPU gathers before
   * it adds them to the list (PAGEVEC_SIZE, 4.16 to 6.8; 14 before, 31 since).
   */
  run?: number;
}

const KEYS = [
  ...["pages", "pagesPerCall", "everyNs", "memory", "processes", "run"],
  ...PROCESS_KEYS,
];
/** Address spaces that `planProcess` uses for one process. */
const MMS_EACH = 2;

/**
 * kswapd, on a CPU after those of the processes, takes pages from the end of the list and frees
 * them, while all threads of the processes run or sleep as they are told (mm/vmscan.c).
 */
export function reclaim(options: ReclaimOptions): Workload {
  checkKeys("workload.reclaim", options, KEYS);
  const { pages, pagesPerCall = 32, everyNs = 0, memory = "file", processes = 1 } = options;
  const { run = 15 } = options;
  return new Workload("reclaim", {
    pages: checkInteger("pages", pages, 1, 1e9),
    pagesPerCall: checkInteger("pagesPerCall", pagesPerCall, 1, 1e6),
    everyNs: checkInteger("everyNs", everyNs, 0, 1e12),
    memory: checkOneOf("memory", memory, RECLAIMED),
    processes: checkInteger("processes", processes, 1, 4095),
    run: checkInteger("run", run, 1, 1e6),
    ...completeProcess(options),
  });
}

/** Tasks of the workload on a machine. */
export function planReclaim(workload: Workload, context: PlanContext): WorkloadPlan {
  const process = completeProcess(workload.options as ProcessOptions);
  const processes = workload.number("processes");
  const each = processCpus(process);
  const cpus = processes * each + 1;
  if (cpus > context.availableCpus) {
    throw tooLarge("reclaim", `${cpus} CPUs`, `at most ${context.availableCpus} CPUs`);
  }
  const { env, firstCpu, firstMm } = context;
  const plans = Array.from({ length: processes }, (_, i) => {
    const from = { firstCpu: firstCpu + i * each, firstMm: firstMm + i * MMS_EACH };
    return { ...planProcess(process, { ...context, ...from }), main: from.firstCpu };
  });
  return {
    cpus,
    mms: processes * MMS_EACH,
    tables: 0,
    setup: [plans.flatMap(({ setup }) => setup)],
    operation: [
      {
        cpu: firstCpu + cpus - 1,
        program: kswapd(env, workload),
        args: { first_mm: firstMm, pages: workload.number("pages") },
      },
    ],
    background: [],
    busyCpus: plans.flatMap(({ main, busyCpus }) => [main, ...busyCpus]),
    startNs: process.settleNs,
  };
}

function kswapd(env: Environment, workload: Workload): Program {
  const [everyNs, perCall] = [workload.number("everyNs"), workload.number("pagesPerCall")];
  const source = "mm/vmscan.c balance_pgdat(), shrink_inactive_list()";
  return program("kswapd", { params: ["first_mm", "pages"], source }, (k) => {
    k.set("mm", "first_mm");
    k.set("position", 0);
    k.while("pages", ">", 0, () => {
      k.compute("isolated", "pages", "min", perCall);
      k.begin("shrink_folio_list");
      shrinkFolioList(k, env, {
        memory: workload.text("memory") as Reclaimed,
        pages: "isolated",
        nextOwner: () => nextOwner(k, workload),
      });
      k.end("shrink_folio_list");
      k.tally("operations");
      k.compute("pages", "pages", "-", "isolated");
      if (everyNs > 0) k.pause({ kind: "fixed", ns: everyNs });
    });
  });
}

/** The list goes round the processes, a run of pages of each. */
function nextOwner(k: Builder, workload: Workload): void {
  const processes = workload.number("processes");
  if (processes === 1) return;
  k.compute("owner", "position", "/", workload.number("run"));
  k.compute("owner", "owner", "%", processes);
  k.compute("owner", "owner", "*", MMS_EACH);
  k.compute("mm", "first_mm", "+", "owner");
  k.compute("position", "position", "+", 1);
}
